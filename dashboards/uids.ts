/**
 * The title of every dashboard by its uid, in the order of menus. Links and alerts contain the uids, so they
 * must never change.
 */
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

/** Marks our dashboards, so that publishing can distinguish stale ones from those of others. */
export const TAG = 'pmcp-observability';

export function titleOf(uid: Uid): string {
  return TITLES[uid];
}

/** Dashboards whose jobs are PMCP servers. The others are about what runs beside them, with other jobs. */
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

/** Returns whether a dashboard reads more than Prometheus, whose data source then has a longer name. */
export function readsSeveralSources(uid: Uid): boolean {
  return uid === 'pmcp-logs-traces';
}
