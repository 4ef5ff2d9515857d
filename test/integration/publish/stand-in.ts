import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Kept {
  readonly spec: Record<string, unknown>;
  readonly folderUid: string;
  readonly version: number;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** The response text that replaces `body`. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

/** A request that the server received. */
export interface Asked {
  readonly method: string;
  /** The path without the prefix below which Grafana is served. */
  readonly path: string;
  readonly search: URLSearchParams;
  readonly body: unknown;
  /** Whether the request has the right token. */
  readonly isKnown: boolean;
}

/** Replaces the answer to a request; undefined keeps the usual answer. */
type Fault = (request: {
  readonly method: string;
  readonly path: string;
}) => Reply | 'drop' | 'slow' | undefined;

const RESOURCES = '/apis/dashboard.grafana.app/v1/namespaces/default/dashboards';
const NOT_FOUND = { status: 404, body: { message: 'not found' } };

/** The part of Grafana's documented HTTP API for folders and dashboards that publishing uses. */
export class GrafanaStandIn {
  readonly dashboards = new Map<string, Kept>();
  readonly folders = new Map<string, string>();
  readonly requests: string[] = [];
  fault: Fault = () => undefined;
  private readonly server: Server = createServer((request, response) => void this.handle(request, response));

  constructor(private readonly generation: 'resources' | 'legacy') {}

  async start(): Promise<URL> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/grafana/`);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Changes a dashboard as a user in the browser does. */
  edit(uid: string, change: Record<string, unknown>): void {
    const { spec, folderUid, version } = this.dashboards.get(uid)!;
    this.dashboards.set(uid, { spec: { ...spec, ...change }, folderUid, version: version + 1 });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = new URL(request.url ?? '', 'http://grafana');
    const path = url.pathname.replace(/^\/grafana/, '');
    this.requests.push(`${method} ${path}`);
    const body = method === 'POST' || method === 'PUT' ? await json(request) : undefined;
    const isKnown = request.headers.authorization === 'Bearer secret';
    const fault = isKnown || this.isOpen(path) ? this.fault({ method, path }) : UNAUTHORIZED;
    if (fault === 'drop') return void request.socket.destroy();
    // Never, which is slower than anybody waits.
    if (fault === 'slow') return;
    const asked = { method, path, search: url.searchParams, body, isKnown };
    const reply = typeof fault === 'object' ? fault : await this.serve(asked);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.text ?? JSON.stringify(reply.body ?? {}));
  }

  /** Whether a path needs no token. */
  protected isOpen(_path: string): boolean {
    return false;
  }

  protected serve({ method, path, search, body }: Asked): Reply | Promise<Reply> {
    if (path === '/api/search') return this.search(search.get('tag') ?? '');
    if (path.startsWith('/api/folders'))
      return this.folder(method, path, body as { uid: string; title: string });
    if (path.startsWith('/apis/'))
      return this.generation === 'resources' ? this.resource(method, path, body) : NOT_FOUND;
    return this.legacy(method, path, body);
  }

  private search(tag: string): Reply {
    const hits = [...this.dashboards].filter(([, { spec }]) => (spec.tags as string[]).includes(tag));
    return { status: 200, body: hits.map(([uid, kept]) => this.hit(uid, kept)) };
  }

  private hit(uid: string, { spec, folderUid }: Kept) {
    const folderTitle = this.folders.get(folderUid);
    return { uid, title: spec.title, type: 'dash-db', folderUid, folderTitle };
  }

  private folder(method: string, path: string, body: { uid: string; title: string }): Reply {
    if (method === 'GET') return this.folders.has(path.split('/')[3] ?? '') ? { status: 200 } : NOT_FOUND;
    if (this.folders.has(body.uid)) return { status: 412, body: { message: 'the folder has been changed' } };
    if ([...this.folders.values()].includes(body.title)) return SAME_TITLE;
    this.folders.set(body.uid, body.title);
    return { status: 200 };
  }

  private resource(method: string, path: string, body: unknown): Reply {
    const uid = path.slice(RESOURCES.length + 1);
    const stored = this.dashboards.get(uid);
    if (method === 'GET' && uid === '') return { status: 200, body: { items: [] } };
    if (method === 'POST') return this.create(body as Resource);
    if (!stored) return NOT_FOUND;
    if (method === 'DELETE') return this.remove(uid);
    if (method === 'GET') {
      const annotations = { 'grafana.app/folder': stored.folderUid };
      const metadata = { name: uid, resourceVersion: String(stored.version), annotations };
      return { status: 200, body: { metadata, spec: stored.spec } };
    }
    const { metadata, spec } = body as Resource;
    if (metadata.resourceVersion !== String(stored.version))
      return { status: 409, body: { message: 'conflict' } };
    return this.keep(uid, spec, metadata.annotations['grafana.app/folder'] ?? '', stored.version + 1);
  }

  private create({ metadata, spec }: Resource): Reply {
    if (this.dashboards.has(metadata.name)) return { status: 409, body: { message: 'already exists' } };
    return this.keep(metadata.name, spec, metadata.annotations['grafana.app/folder'] ?? '', 1, 201);
  }

  private legacy(method: string, path: string, body: unknown): Reply {
    const uid = path.split('/')[4] ?? '';
    const stored = this.dashboards.get(uid);
    if (method === 'POST') return this.save(body as Save);
    if (!stored) return NOT_FOUND;
    if (method === 'DELETE') return this.remove(uid);
    const dashboard = { ...stored.spec, id: 7, version: stored.version };
    return { status: 200, body: { dashboard, meta: { folderUid: stored.folderUid } } };
  }

  private save({ dashboard, folderUid, overwrite }: Save): Reply {
    const uid = String(dashboard.uid);
    const stored = this.dashboards.get(uid);
    if (!overwrite && (stored?.version ?? 0) !== dashboard.version) {
      const message = 'The dashboard has been changed by someone else';
      return { status: 412, body: { status: 'version-mismatch', message } };
    }
    return this.keep(uid, dashboard, folderUid, (stored?.version ?? 0) + 1);
  }

  private keep(
    uid: string,
    spec: Record<string, unknown>,
    folderUid: string,
    version: number,
    status = 200,
  ): Reply {
    if (!this.folders.has(folderUid)) return { status: 400, body: { message: 'folder not found' } };
    this.dashboards.set(uid, { spec, folderUid, version });
    return { status };
  }

  private remove(uid: string): Reply {
    this.dashboards.delete(uid);
    return { status: 200 };
  }
}

const SAME_TITLE: Reply = {
  status: 409,
  body: { message: 'a folder with the same name already exists in the current location' },
};
const UNAUTHORIZED: Reply = { status: 401, body: { message: 'Invalid API key' } };

interface Resource {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Record<string, unknown>;
}

interface Save {
  readonly dashboard: Record<string, unknown>;
  readonly folderUid: string;
  readonly overwrite: boolean;
}
