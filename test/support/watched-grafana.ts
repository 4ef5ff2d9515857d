import { type Asked, GrafanaStandIn, type Reply } from '../integration/publish/stand-in.js';

/**
 * The properties of a Grafana other than its dashboards.
 * Default: a new Grafana with the shipped data sources.
 */
export interface Manner {
  readonly version?: string;
  readonly database?: string;
  readonly dataSources?: readonly Source[];
  /** The health of the data source, according to its plugin. */
  readonly health?: { readonly status: 'OK' | 'ERROR'; readonly message: string };
  /** The role of visitors who have not signed in. */
  readonly anonymous?: 'Viewer' | 'Editor';
  readonly embeds?: boolean;
  /** Uids of dashboards that are public. */
  readonly shared?: readonly string[];
  /** Titles of Grafana's own alert rules. */
  readonly alerts?: readonly string[];
  /** Returns the permission that the token lacks for a path, if any. */
  readonly denies?: (path: string) => string | undefined;
  /** The part of Prometheus' API that its data sources do not have. */
  readonly lacks?: string;
  /** Dashboards that are stored in the newer schema, by uid. */
  readonly newer?: ReadonlyMap<string, object>;
}

export interface Source {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault?: boolean;
  readonly jsonData?: object;
}

const OPEN = ['/api/health', '/login'];
const HOME = '/api/dashboards/home';
const RESOURCES = /^\/apis\/dashboard\.grafana\.app\/(v1|v2)\/namespaces\/default\/dashboards\/(.+)$/;
const PROXY = /^\/api\/datasources\/proxy\/uid\/([^/]+)\/(.*)$/;

/**
 * The Grafana stand-in with data sources, alerts,
 * sharing and anonymous visitors, as in Grafana's documentation.
 */
export class WatchedGrafana extends GrafanaStandIn {
  /** @param prometheus the Prometheus of each data source, by the data source's uid */
  constructor(
    generation: 'resources' | 'legacy',
    readonly prometheus: ReadonlyMap<string, URL>,
    private readonly manner: Manner,
  ) {
    super(generation);
  }

  protected override isOpen(path: string): boolean {
    return OPEN.includes(path) || this.manner.anonymous !== undefined;
  }

  protected override serve(asked: Asked): Reply | Promise<Reply> {
    const { version = '13.2.0', database = 'ok', denies = () => undefined } = this.manner;
    const { path } = asked;
    const lacks = asked.isKnown ? denies(path) : undefined;
    if (lacks !== undefined) return denied(path, lacks);
    if (path === '/api/health') return { status: 200, body: { database, version, commit: 'unknown' } };
    if (path === '/login') return this.login();
    if (path === HOME) return { status: 200, body: { dashboard: {}, meta: this.rights(asked) } };
    if (path === '/api/frontend/settings') return { status: 200, body: this.settings(version) };
    if (path === '/api/dashboards/public-dashboards') return { status: 200, body: this.publicDashboards() };
    if (path === '/api/prometheus/grafana/api/v1/rules') return { status: 200, body: this.rules() };
    if (path.startsWith('/api/datasources/uid/')) return this.health(path.split('/')[4] ?? '');
    const [, uid = '', rest = ''] = PROXY.exec(path) ?? [];
    if (uid) return this.proxied(uid, rest, asked.search);
    return this.dashboard(asked);
  }

  private login(): Reply {
    const headers = this.manner.embeds ? {} : { 'x-frame-options': 'deny' };
    return { status: 200, text: '<!DOCTYPE html>', headers: { ...headers, 'content-type': 'text/html' } };
  }

  /** Returns the visitor's rights, as in the metadata of a dashboard. */
  private rights({ isKnown }: Asked) {
    const isEditor = !isKnown && this.manner.anonymous === 'Editor';
    return { canSave: isEditor, canEdit: isEditor, canAdmin: false };
  }

  private settings(version: string) {
    const { dataSources = [] } = this.manner;
    const own = [
      { name: '-- Grafana --', uid: 'grafana', type: 'grafana', isDefault: false },
      ...dataSources,
    ];
    return {
      namespace: 'default',
      buildInfo: { version },
      datasources: Object.fromEntries(
        own.map((source) => [source.name, { isDefault: false, jsonData: {}, ...source }]),
      ),
    };
  }

  private publicDashboards() {
    const { shared = [] } = this.manner;
    const publicDashboards = shared.map((dashboardUid) => ({
      uid: `public-${dashboardUid}`,
      accessToken: '6c13ec1997ba48c5af8c9c5079049692',
      title: dashboardUid,
      dashboardUid,
      isEnabled: true,
    }));
    return { publicDashboards, totalCount: shared.length, page: 1, perPage: 1_000 };
  }

  private rules() {
    const { alerts = [] } = this.manner;
    const rules = alerts.map((name) => ({
      name,
      query: '',
      type: 'alerting',
      health: 'ok',
      state: 'inactive',
    }));
    return {
      status: 'success',
      data: { groups: rules.length > 0 ? [{ name: 'pmcp', file: 'PMCP', rules }] : [] },
    };
  }

  private health(uid: string): Reply {
    const message = 'Successfully queried the Prometheus API.';
    if (!this.prometheus.has(uid)) return { status: 404, body: { message: 'Data source not found' } };
    const body = this.manner.health ?? { status: 'OK', message };
    return { status: body.status === 'OK' ? 200 : 400, body };
  }

  private async proxied(uid: string, path: string, search: URLSearchParams): Promise<Reply> {
    const base = this.prometheus.get(uid);
    if (`/${path}` === this.manner.lacks) return { status: 404, text: '404 page not found' };
    if (base === undefined) return { status: 404, body: { message: 'Unable to find datasource' } };
    const answer = await fetch(new URL(`${path}?${search}`, base));
    return { status: answer.status, text: await answer.text() };
  }

  private async dashboard(asked: Asked): Promise<Reply> {
    const [, version, uid = ''] = RESOURCES.exec(asked.path) ?? [];
    const spec = this.manner.newer?.get(uid);
    if (asked.method === 'GET' && spec !== undefined) return converted(spec, uid, version === 'v2');
    const reply = await super.serve(asked);
    const { dashboard, meta } = (reply.body ?? {}) as { readonly dashboard?: object; readonly meta?: object };
    return dashboard ? { ...reply, body: { dashboard, meta: { ...meta, ...this.rights(asked) } } } : reply;
  }
}

/** Returns what the older API shows for a dashboard in the newer schema: the result of its conversion. */
function converted(spec: object, uid: string, isAsKept: boolean): Reply {
  const metadata = { name: uid, resourceVersion: '1', annotations: { 'grafana.app/folder': 'pmcp' } };
  const status = { conversion: { failed: false, storedVersion: 'v2' } };
  const body = isAsKept ? { metadata, spec } : { metadata, spec: { title: 'converted', panels: [] }, status };
  return { status: 200, body };
}

/** Returns how each of the two API generations reports a missing permission. */
function denied(path: string, permission: string): Reply {
  if (path.startsWith('/apis/'))
    return {
      status: 403,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: `forbidden: ${permission}`,
        reason: 'Forbidden',
        code: 403,
      },
    };
  return {
    status: 403,
    body: {
      accessErrorId: 'ACE0165724163',
      message: `You'll need additional permissions to perform this action. Permissions needed: ${permission}`,
      title: 'Access denied',
    },
  };
}
