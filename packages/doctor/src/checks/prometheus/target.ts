import type { Check, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { metricsPage } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { targets } from '../../facts/prometheus.js';
import { readableConfig } from '../../facts/prometheus-state.js';

export const hasTarget: Check = {
  code: 'PMCP-D101',
  group: 'prometheus',
  title: 'Prometheus has the server among its targets.',
  why: 'What is not discovered is not scraped: the server works, and nobody sees it.',
  cure: 'Add the server to `scrape_configs`: `npx pmcp-observability assets ./monitoring` writes configurations for every way of discovery. In Kubernetes the pod needs the annotation `prometheus.io/scrape: "true"`, and `prometheus.io/port` with the number of its admin port.',
  needs: [['url', 'admin'], 'prometheus'],
  rights: 'GET of `/api/v1/targets` and `/api/v1/query`.',
  severity: 'fail',
  after: ['PMCP-D100', 'PMCP-D010', 'PMCP-D011', 'PMCP-D110', 'PMCP-D146'],
  async run(context) {
    if ((await context.get(ownTarget)) !== undefined) return [];
    const [{ url }, all] = await Promise.all([context.get(metricsPage), context.get(targets)]);
    const federation = await federationOf(context);
    if (federation !== undefined) return [federation];
    const some = all.slice(0, 3).map(({ scrapeUrl }) => scrapeUrl);
    const scraped = some.length === 0 ? 'nothing' : `other targets, such as ${some.join(', ')}`;
    return [{ found: `Prometheus does not scrape ${url.href}: it scrapes ${scraped}` }];
  },
};

/** A job that takes series from another Prometheus may leave out those of the server. */
async function federationOf(context: Context): Promise<Finding | undefined> {
  const { scrape_configs = [] } = await context.get(readableConfig);
  const found = scrape_configs.find(({ metrics_path = '' }) => metrics_path.endsWith('/federate'));
  if (found === undefined) return undefined;
  const taken = found.params?.['match[]']?.join(' and ') ?? 'nothing';
  return {
    found: `Prometheus does not scrape the server, and its job ${found.job_name} takes no process_start_time_seconds of it from another Prometheus: its match[] is ${taken}`,
    cure: `Let \`match[]\` of the job \`${found.job_name}\` take every series of servers: \`{job=~"pmcp.*"}\`.`,
  };
}
