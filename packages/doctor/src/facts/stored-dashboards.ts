import type { Context, Fact } from '../context.js';
import { frontendSettings, grafanaApi, grafanaFinds } from './grafana.js';
import { SHIPPED_DASHBOARDS } from './shipped-dashboards.js';

/** The tag of all our dashboards. Copies of them have it too. */
const TAG = 'pmcp-observability';

/** A dashboard in the results of Grafana's search. */
export interface Hit {
  readonly uid: string;
  readonly title: string;
  readonly folderUid?: string;
  readonly folderTitle?: string;
}

export const taggedDashboards: Fact<readonly Hit[]> = (context) =>
  grafanaApi<Hit[]>(context, `api/search?type=dash-db&limit=5000&tag=${TAG}`);

/** The folder that contains most of our dashboards. */
export const folderOfMost: Fact<string | undefined> = async (context) => {
  const counts = new Map<string | undefined, number>();
  for (const { uid, folderUid } of await context.get(taggedDashboards))
    if (uid in SHIPPED_DASHBOARDS) counts.set(folderUid, (counts.get(folderUid) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
};

/** One of our dashboards as Grafana stores it. */
export interface StoredDashboard {
  readonly uid: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Who saved it last and when, if Grafana reports it. */
  readonly saved: string;
  /** `provisioned` comes from a file or another tool, which alone may write it. `classic` is the schema of publishing. */
  readonly kind: 'classic' | 'newer' | 'provisioned';
}

/** Our dashboards that Grafana has, read through the newest API that it offers. */
export const storedDashboards: Fact<readonly StoredDashboard[]> = async (context) => {
  const { namespace = 'default' } = await context.get(frontendSettings);
  const resources = `apis/dashboard.grafana.app/v1/namespaces/${encodeURIComponent(namespace)}/dashboards`;
  const isNewer = (await grafanaFinds(context, `${resources}?limit=1`)) !== undefined;
  const found = await Promise.all(
    Object.keys(SHIPPED_DASHBOARDS).map((uid) =>
      isNewer ? resource(context, resources, uid) : legacy(context, uid),
    ),
  );
  return found.flatMap((one) => one ?? []);
};

interface Resource {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: StoredDashboard['spec'];
  readonly status?: { readonly conversion?: { readonly storedVersion?: string } };
}

/** Reads from Grafana 13 and later. The newer schema is read as it is stored, because a conversion would change it. */
async function resource(context: Context, path: string, uid: string): Promise<StoredDashboard | undefined> {
  const first = await grafanaFinds<Resource>(context, `${path}/${uid}`);
  const isV2 = first?.status?.conversion?.storedVersion?.startsWith('v2') ?? false;
  const read = isV2 ? await grafanaFinds<Resource>(context, `${path.replace('/v1/', '/v2/')}/${uid}`) : first;
  if (read === undefined) return undefined;
  const { annotations = {} } = read.metadata;
  return {
    uid,
    spec: read.spec,
    saved: savedBy(annotations['grafana.app/updatedBy'], annotations['grafana.app/updatedTimestamp']),
    kind: annotations['grafana.app/managedBy'] !== undefined ? 'provisioned' : isV2 ? 'newer' : 'classic',
  };
}

interface Legacy {
  readonly dashboard: StoredDashboard['spec'];
  readonly meta: { readonly provisioned?: boolean; readonly updated?: string; readonly updatedBy?: string };
}

/** Reads from Grafana 12 and earlier. */
async function legacy(context: Context, uid: string): Promise<StoredDashboard | undefined> {
  const read = await grafanaFinds<Legacy>(context, `api/dashboards/uid/${uid}`);
  if (read === undefined) return undefined;
  const { provisioned = false, updated, updatedBy } = read.meta;
  const kind = provisioned ? 'provisioned' : 'classic';
  return { uid, spec: read.dashboard, saved: savedBy(updatedBy, updated), kind };
}

function savedBy(who: string | undefined, when: string | undefined): string {
  return who ? `, saved last by ${who}${when ? ` on ${when.slice(0, 10)}` : ''}` : '';
}
