import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { IPod } from 'kubernetes-models/v1';
import type { Api } from './api.js';
import { closed, opened } from './loopback.js';

type Pod = IPod & { readonly metadata: { readonly uid: string } };

/**
 * A gateway in front of the notes server: it hands requests on to a pod that can serve, refuses them with 503 where there is
 * none, and counts both as ingress-nginx does.
 */
export class Gateway {
  private readonly pods = new Map<string, Pod>();
  private readonly counts = new Map<number, number>([[503, 0]]);
  private readonly server = createServer((incoming, response) => {
    if (incoming.url === '/metrics')
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(this.text());
    else this.handOn(incoming, response);
  });
  private endWatch = () => {};

  /** @returns its host and port */
  async start(api: Api): Promise<string> {
    this.endWatch = await api.watch<Pod>('/api/v1/namespaces/notes/pods', ({ type, object }) => {
      const { uid, deletionTimestamp } = object.metadata;
      if (type === 'DELETED' || deletionTimestamp) this.pods.delete(uid);
      else this.pods.set(uid, object);
    });
    return opened(this.server);
  }

  stop(): void {
    this.endWatch();
    closed(this.server);
  }

  private handOn(incoming: IncomingMessage, response: ServerResponse): void {
    response.on('finish', () => this.count(response.statusCode));
    const place = [...this.pods.values()].find(isReady);
    if (place === undefined) return void response.writeHead(503).end('503 Service Temporarily Unavailable');
    const { method, headers, url: path } = incoming;
    const options = { host: place.status!.podIP, port: portOf(place), method, headers, path };
    const outgoing = request(options, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  private count(status: number): void {
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
  }

  private text(): string {
    const lines = [...this.counts].map(
      ([status, count]) => `nginx_ingress_controller_requests{ingress="notes",status="${status}"} ${count}`,
    );
    return `${lines.join('\n')}\n`;
  }
}

const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const portOf = ({ spec }: Pod) =>
  spec!.containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === 'http')?.containerPort;
