import type { Context } from '../../context.js';
import { ownTarget } from '../../facts/own-target.js';
import { ourRules, query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** What every server has, whether or not a client was there. */
const SERVERS = 'count by (job) (pmcp_active_connections)';

export const jobsAreAskedFor = prometheusCheck({
  code: 'PMCP-D117',
  title: 'Rules ask for the jobs that scrape servers.',
  why: 'Alerts about targets that are down, memory, descriptors and the event loop find servers by the name of their job. Under another name none of them fires, and one says that there is no server.',
  cure: 'Let the name of the job begin with `pmcp`, or build rules for yours: `selectors.servers` of the options (docs/alerts.md).',
  severity: 'fail',
  rights: 'GET of `/api/v1/query` and `/api/v1/rules`.',
  after: ['PMCP-D100', 'PMCP-D104', 'PMCP-D102'],
  async run(context) {
    const patterns = (await context.get(ourRules)).flatMap(({ query }) => jobsOf(query));
    // Rules that look at all jobs leave none out.
    if (patterns.length === 0) return [];
    return (await serverJobs(context))
      .filter((job) => !patterns.some((pattern) => pattern.test(job)))
      .map((job) => ({ found: `servers are scraped by the job ${job}, and the rules ask for others` }));
  },
});

async function serverJobs(context: Context): Promise<readonly string[]> {
  if (!context.settings.url) return (await query(context, SERVERS)).map(({ labels }) => labels.job ?? '');
  // Without a page nobody knows which it is, and that is told already.
  const own = await context.get(ownTarget).catch(() => undefined);
  return own ? [own.labels.job ?? ''] : [];
}

/** The names of jobs that an expression asks for, where it can't know servers by the names of their metrics. */
function jobsOf(expression: string): RegExp[] {
  return [
    ...expression.matchAll(/\b(?:up|(?:nodejs|process)_\w+)\{[^{}]*?\bjob(=~|=)"((?:[^"\\]|\\.)*)"/g),
  ].flatMap(([, operator, value = '']) => {
    const pattern = operator === '=' ? value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : value;
    try {
      return [new RegExp(`^(?:${pattern})$`)];
    } catch {
      // Go has patterns that are none here: it may ask for any.
      return [/^/];
    }
  });
}
