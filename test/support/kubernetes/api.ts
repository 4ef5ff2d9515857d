import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Pod, type PodFacts, podObject } from './pod.js';
import { selects } from './selector.js';

interface Watch {
  readonly sees: (pod: Pod) => boolean;
  readonly response: ServerResponse;
}

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

/** The part of Kubernetes' API that lists and watches pods, by namespace and by label. */
export class KubernetesApi {
  /** Requested paths that this stand-in does not have. */
  readonly unknown: string[] = [];
  private readonly pods = new Map<string, Pod>();
  private readonly watches = new Set<Watch>();
  private readonly server = createServer((request, response) => this.answer(request, response));
  private version = 1;

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Creates a pod, or replaces the one of the same name. */
  apply(facts: PodFacts): void {
    const pod = podObject(facts, String(++this.version));
    const before = this.pods.get(keyOf(pod));
    this.pods.set(keyOf(pod), pod);
    this.tell(pod, before);
  }

  delete(name: string, namespace = 'default'): void {
    const before = this.pods.get(`${namespace}/${name}`);
    if (!before) throw new Error(`Expected a pod ${namespace}/${name} to delete, but there is none`);
    this.pods.delete(keyOf(before));
    const metadata = { ...before.metadata, resourceVersion: String(++this.version) };
    this.tell(undefined, { ...before, metadata });
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://api');
    const path = /^\/api\/v1\/(?:namespaces\/(?<namespace>[^/]+)\/)?pods$/.exec(pathname);
    if (!path) {
      this.refuse(pathname, response);
      return;
    }
    const namespace = path.groups?.namespace;
    const selector = searchParams.get('labelSelector') ?? '';
    const sees = ({ metadata }: Pod) =>
      (namespace === undefined || metadata.namespace === namespace) && selects(selector, metadata.labels);
    response.setHeader('content-type', 'application/json');
    if (searchParams.get('watch') === 'true') this.watch({ sees, response }, searchParams);
    else response.end(JSON.stringify(this.list(sees)));
  }

  private refuse(pathname: string, response: ServerResponse): void {
    this.unknown.push(pathname);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  }

  private list(sees: Watch['sees']): object {
    const items = [...this.pods.values()].filter(sees);
    return { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: String(this.version) }, items };
  }

  /**
   * Starts a watch.
   * The client either listed first and gives a version to continue from, or wants all pods as events.
   */
  private watch(watch: Watch, params: URLSearchParams): void {
    const { sees, response } = watch;
    response.flushHeaders();
    if (params.get('sendInitialEvents') === 'true') {
      for (const pod of [...this.pods.values()].filter(sees)) send(response, 'ADDED', pod);
      send(response, 'BOOKMARK', this.bookmark());
    } else {
      const since = Number(params.get('resourceVersion') ?? 0);
      const later = ({ metadata }: Pod) => Number(metadata.resourceVersion) > since;
      for (const pod of [...this.pods.values()].filter((pod) => sees(pod) && later(pod)))
        send(response, 'ADDED', pod);
    }
    this.watches.add(watch);
    response.on('close', () => this.watches.delete(watch));
  }

  private bookmark(): object {
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    return {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(this.version), annotations },
    };
  }

  /**
   * Sends a change to all watches.
   * If a pod no longer matches a watch's selector, that watch sees it as deleted.
   */
  private tell(pod: Pod | undefined, before: Pod | undefined): void {
    for (const { sees, response } of this.watches) {
      const seen = before !== undefined && sees(before);
      if (pod && sees(pod)) send(response, seen ? 'MODIFIED' : 'ADDED', pod);
      else if (before && seen) send(response, 'DELETED', before);
    }
  }
}

function send(response: ServerResponse, type: Change | 'BOOKMARK', object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
