import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ClusterState, Live } from './notes-cluster.js';

/** The API groups that this cluster serves in addition to those of Kubernetes. */
const CUSTOM =
  /^\/apis\/(monitoring\.coreos\.com|keda\.sh|cert-manager\.io|gateway\.networking\.k8s\.io|custom\.metrics\.k8s\.io)\//;
const SERVED =
  /^\/api\/v1$|^\/apis\/(apps\/v1|batch\/v1|autoscaling\/v2|policy\/v1|networking\.k8s\.io\/v1|rbac\.authorization\.k8s\.io\/v1)$/;
const LIST = /^\/(apis?\/(?:[\w.-]+\/)?v\d\w*)\/(?:namespaces\/([\w-]+)\/)?(\w+)$/;
const REVIEW = /\/localsubjectaccessreviews$/;

/** A cluster's API over HTTP, with the part that readers use: lists in pages, discovery, metrics, reviews. */
export class ClusterApi {
  private readonly server: Server;

  private constructor(private readonly state: ClusterState) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Method and path of all requests. */
  private readonly asked: string[] = [];

  static async start(
    state: ClusterState,
  ): Promise<{ readonly url: string; readonly asked: readonly string[]; stop(): void }> {
    const api = new ClusterApi(state);
    api.server.listen(0, '127.0.0.1').unref();
    await once(api.server, 'listening');
    const url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
    return { url, asked: api.asked, stop: () => void api.server.close() };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    const { state } = this;
    this.asked.push(`${request.method} ${pathname}`);
    const metric = state.metrics[decodeURIComponent(pathname)];
    const [, namespace] = /^\/api\/v1\/namespaces\/([\w-]+)$/.exec(pathname) ?? [];
    const labels = state.namespaces[namespace ?? ''];
    if (state.isStrange) send(response, 401, status('Unauthorized', 401));
    else if (pathname === '/version') send(response, 200, versionOf(state.gitVersion));
    else if (REVIEW.test(pathname) && state.forbidden.includes('localsubjectaccessreviews'))
      send(response, 403, status('Forbidden', 403));
    else if (REVIEW.test(pathname)) send(response, 201, review(state, await text(request)));
    else if (metric) send(response, 200, metric);
    else if (namespace !== undefined) send(response, 200, { metadata: { name: namespace, labels } });
    else if (SERVED.test(pathname)) send(response, 200, { kind: 'APIResourceList' });
    else this.list(pathname, searchParams, response);
  }

  private list(pathname: string, params: URLSearchParams, response: ServerResponse): void {
    const [, path = '', namespace, plural = ''] = LIST.exec(pathname) ?? [];
    const { objects, forbidden } = this.state;
    const known = objects[`${path}/${plural}`];
    const isUnknown = known === undefined && (path === '' || CUSTOM.test(pathname));
    const all = (known ?? []).filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    if (forbidden.includes(plural)) send(response, 403, status('Forbidden', 403));
    else if (isUnknown) send(response, 404, status('NotFound', 404));
    else send(response, 200, page(all, params));
  }
}

/** The size of a page, whatever the client requests: an API may always return less. */
const PAGE = 2;

function page(all: readonly Live[], params: URLSearchParams): object {
  const from = Number(params.get('continue') ?? 0);
  const rest = from + PAGE < all.length ? { continue: String(from + PAGE) } : {};
  // The API leaves out the kind of objects in a list.
  const items = all.slice(from, from + PAGE).map(({ kind: _, apiVersion: __, ...object }) => object);
  return { kind: 'List', metadata: { resourceVersion: '1', ...rest }, items };
}

function versionOf(gitVersion: string): object {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion };
}

function review({ readers }: ClusterState, body: string): object {
  const { spec } = JSON.parse(body) as { readonly spec: { readonly groups?: readonly string[] } };
  return { spec, status: { allowed: spec.groups?.some((group) => readers.includes(group)) ?? false } };
}

function status(reason: string, code: number): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code };
}

function send(response: ServerResponse, code: number, content: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(content));
}
