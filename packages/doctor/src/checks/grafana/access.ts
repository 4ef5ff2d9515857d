import { CannotRun } from '../../check.js';
import type { Context } from '../../context.js';
import { askAsNobody, grafanaApi } from '../../facts/grafana.js';
import { SHIPPED_DASHBOARDS } from '../../facts/shipped-dashboards.js';
import { some } from '../some.js';
import { grafanaCheck } from './define.js';

/** The paths that are requested without a token, and the fields of the answer that show a right to write. */
const OPEN = [
  ['api/dashboards/home', ['canEdit', 'canSave', 'canAdmin']],
  // Here `canEdit` may only mean that a visitor can try changes without saving them.
  ['api/dashboards/uid/pmcp-overview', ['canSave', 'canAdmin']],
] as const;

export const strangersCanNotWrite = grafanaCheck({
  code: 'PMCP-D271',
  title: 'Nobody can change dashboards without signing in.',
  why: 'An anonymous visitor with the role Editor or Admin can change what is shown, read every data source, and, as Admin, take Grafana over.',
  cure: 'Set `org_role = Viewer` under `[auth.anonymous]` (`GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer`), or switch it off: `enabled = false`. Restart Grafana.',
  severity: 'fail',
  rights: 'GET of `/api/dashboards/home` and of a dashboard, without a token.',
  after: ['PMCP-D250'],
  async run(context) {
    const marks = await Promise.all(OPEN.map(([path, names]) => marksOf(context, path, names)));
    const may = marks.flat();
    if (may.length === 0) return [];
    return [
      {
        found: `who has no account may change dashboards: Grafana says ${[...new Set(may)].join(' and ')} to a request without a token`,
      },
    ];
  },
});

async function marksOf(context: Context, path: string, names: readonly string[]): Promise<string[]> {
  const { status, body } = await askAsNobody(context, path);
  if (status !== 200) return [];
  try {
    const { meta = {} } = JSON.parse(body) as { readonly meta?: Readonly<Record<string, unknown>> };
    return names.filter((name) => meta[name] === true);
  } catch {
    return [];
  }
}

export const pagesCanNotEmbedGrafana = grafanaCheck({
  code: 'PMCP-D272',
  title: 'Other web pages cannot show Grafana in a frame.',
  why: 'A page that lays Grafana invisibly over its own buttons lets whoever is signed in press those of Grafana.',
  cure: 'Set `allow_embedding = false` under `[security]` (`GF_SECURITY_ALLOW_EMBEDDING=false`). To show it on a page of your own, allow only that: `content_security_policy_template` with `frame-ancestors`.',
  severity: 'warn',
  rights: 'GET of `/login`, without a token.',
  after: ['PMCP-D250'],
  async run(context) {
    const { headers } = await askAsNobody(context, 'login');
    const policy = String(headers['content-security-policy'] ?? '');
    if (headers['x-frame-options'] !== undefined || policy.includes('frame-ancestors')) return [];
    return [
      {
        found: 'Grafana answers without X-Frame-Options and without frame-ancestors: every page may embed it',
      },
    ];
  },
});

interface PublicList {
  readonly publicDashboards?: readonly {
    readonly dashboardUid: string;
    readonly isEnabled: boolean;
  }[];
}

export const dashboardsAreNotPublic = grafanaCheck({
  code: 'PMCP-D273',
  title: 'The dashboards are not shared with everybody.',
  why: 'Who has the link of a shared dashboard sees it without an account: names of tools, clients and pods, and how busy they are. Each view asks Prometheus.',
  cure: 'Stop sharing it: open the dashboard, Share, Share externally, Revoke access. To forbid it for all: `[public_dashboards] enabled = false`.',
  severity: 'fail',
  rights: 'GET of `/api/dashboards/public-dashboards`: `dashboards:read`.',
  async run(context) {
    const { publicDashboards } = await grafanaApi<PublicList>(
      context,
      'api/dashboards/public-dashboards?perpage=1000',
    );
    if (publicDashboards === undefined) throw new CannotRun('Grafana does not list what it shares');
    const ours = publicDashboards.filter(
      ({ dashboardUid, isEnabled }) => isEnabled && dashboardUid in SHIPPED_DASHBOARDS,
    );
    if (ours.length === 0) return [];
    return [{ found: `everybody with a link may see ${some(ours.map(({ dashboardUid }) => dashboardUid))}` }];
  },
});
