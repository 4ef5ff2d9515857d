/** Every dashboard by its uid, which links and alerts name, and which must never change. In the order of menus. */
const TITLES = {
  'pmcp-overview': 'PMCP / Overview',
  'pmcp-tools': 'PMCP / Tools and prompts',
  'pmcp-connections': 'PMCP / Connections and clients',
  'pmcp-slos': 'PMCP / SLOs',
  'pmcp-nodejs': 'PMCP / Node.js runtime',
  'pmcp-logs-traces': 'PMCP / Logs and traces',
  'pmcp-kubernetes': 'PMCP / Kubernetes and scaling',
  'pmcp-dependencies': 'PMCP / Dependencies',
  'pmcp-watchers': 'PMCP / The watchers',
} as const;

export type Uid = keyof typeof TITLES;

export const UIDS = Object.keys(TITLES) as Uid[];

/** Marks the dashboards that are ours, so that publishing can tell stale ones from those of others. */
export const TAG = 'pmcp-observability';

export function titleOf(uid: Uid): string {
  return TITLES[uid];
}

/** Those whose jobs are PMCP servers; the others are about what runs beside them, under other jobs. */
const OF_SERVERS: readonly Uid[] = [
  'pmcp-overview',
  'pmcp-tools',
  'pmcp-connections',
  'pmcp-slos',
  'pmcp-nodejs',
  'pmcp-logs-traces',
];

export function isOfServers(uid: Uid): boolean {
  return OF_SERVERS.includes(uid);
}

/** Those that read more than Prometheus, whose data source then has a longer name. */
export function readsSeveralSources(uid: Uid): boolean {
  return uid === 'pmcp-logs-traces';
}
