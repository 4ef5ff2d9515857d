import type { Context } from '../../context.js';
import { jobPatterns } from '../../facts/job-patterns.js';
import { ownTarget } from '../../facts/own-target.js';
import { ourRules, query, targets } from '../../facts/prometheus.js';
import { isYoung } from '../../facts/settled.js';
import { prometheusCheck } from './define.js';

/** Finds jobs by a metric that every server has, even before its first client. */
const SERVERS = 'count by (job) (pmcp_active_connections)';

/** Seconds: as long as a query sees the last sample. */
const LEFT_BEHIND = 5 * 60;

export const jobsAreAskedFor = prometheusCheck({
  code: 'PMCP-D117',
  title: 'Rules ask for the jobs that scrape servers.',
  why: 'Alerts about targets that are down, memory, descriptors and the event loop find servers by the name of their job. Under another name none of them fires, and one says that there is no server.',
  cure: 'Let the name of the job begin with `pmcp`, or build rules for yours: `selectors.servers` of the options (docs/alerts.md).',
  severity: 'fail',
  rights: 'GET of `/api/v1/query` and `/api/v1/rules`.',
  after: ['PMCP-D100', 'PMCP-D104', 'PMCP-D146', 'PMCP-D102'],
  async run(context) {
    const patterns = (await context.get(ourRules)).flatMap(({ query }) => jobPatterns(query));
    // Rules that name no job apply to all jobs.
    if (patterns.length === 0) return [];
    return (await serverJobs(context))
      .filter((job) => !patterns.some((pattern) => pattern.test(job)))
      .map((job) => ({ found: `servers are scraped by the job ${job}, and the rules ask for others` }));
  },
});

async function serverJobs(context: Context): Promise<readonly string[]> {
  if (!context.settings.url) {
    const jobs = (await query(context, SERVERS)).map(({ labels }) => labels.job ?? '');
    // For some scrapes after a reload there are still samples of a job that was renamed.
    if (!(await isYoung(context, LEFT_BEHIND))) return jobs;
    const scraped = await context.get(targets);
    return jobs.filter((job) => scraped.some(({ labels }) => labels.job === job));
  }
  // Without a metrics page the own target is unknown. Another check reports that.
  const own = await context.get(ownTarget).catch(() => undefined);
  return own ? [own.labels.job ?? ''] : [];
}
