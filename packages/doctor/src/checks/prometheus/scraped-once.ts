import type { Context } from '../../context.js';
import { isSamePlace } from '../../facts/own-target.js';
import { isServer, keyOf, query, type Target, targets } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

export const serversAreScrapedOnce = prometheusCheck({
  code: 'PMCP-D119',
  title: 'No server is scraped twice.',
  why: 'Under two jobs or two names a server is two of them: every sum, and every count of servers, is twice as high.',
  cure: 'Keep the server in one job, under one address: `PROMETHEUS/targets` shows both.',
  severity: 'fail',
  rights: 'GET of `/api/v1/targets` and `/api/v1/query`.',
  after: ['PMCP-D100', 'PMCP-D111'],
  async run(context) {
    const [all, starts] = await Promise.all([context.get(targets), startsOf(context)]);
    const groups: Target[][] = [];
    for (const target of all.filter((one) => isServer(one) && one.health === 'up')) {
      const same = groups.find(([first]) => isSame(first!, target, starts));
      if (same) same.push(target);
      else groups.push([target]);
    }
    return groups
      .filter(({ length }) => length > 1)
      .map((same) => ({ found: `one server is ${same.length} targets: ${same.map(told).join(', ')}` }));
  },
});

/** When the process of each target started. */
async function startsOf(context: Context): Promise<ReadonlyMap<string, number>> {
  const found = await query(context, 'process_start_time_seconds{job=~"pmcp.*"}');
  return new Map(found.map(({ labels, value }) => [keyOf(labels), value]));
}

/** Processes that start in one second differ by their places; places that answer for several, by their starts. */
function isSame(one: Target, other: Target, starts: ReadonlyMap<string, number>): boolean {
  const [here, there] = [new URL(one.scrapeUrl), new URL(other.scrapeUrl)];
  const start = starts.get(keyOf(one.labels));
  return (
    isSamePlace(here, there) &&
    here.pathname === there.pathname &&
    here.search === there.search &&
    start !== undefined &&
    start === starts.get(keyOf(other.labels))
  );
}

function told({ labels, scrapeUrl }: Target): string {
  return `${scrapeUrl} of job ${labels.job}`;
}
