import { query, targets } from '../../facts/prometheus.js';
import { droppedCounts } from '../../facts/prometheus-state.js';
import { prometheusCheck } from './define.js';

export const aJobKeepsTargets = prometheusCheck({
  code: 'PMCP-D110',
  title: 'A job that discovers servers keeps some of them.',
  why: 'A `keep` whose label or annotation no pod has drops every one, without a word: the configuration is valid and nothing is scraped.',
  cure: 'Open `PROMETHEUS/service-discovery`, where each dropped target has its labels, and compare them with the `keep` and `drop` of the job. In Kubernetes the pod needs the annotation `prometheus.io/scrape: "true"`.',
  severity: 'fail',
  rights: 'GET of `/api/v1/targets` and `/api/v1/query`.',
  async run(context) {
    const [[servers], counts, active] = await Promise.all([
      query(context, 'count({__name__=~"pmcp_build_info|pmcp_requests_total"})'),
      context.get(droppedCounts),
      context.get(targets),
    ]);
    // If other servers are scraped, a job that keeps no target may be meant for something that does not run here.
    if (servers !== undefined) return [];
    return Object.entries(counts)
      .filter(([pool, count]) => count > 0 && !active.some(({ scrapePool }) => scrapePool === pool))
      .map(([pool, count]) => ({
        found: `job ${pool} discovers ${count} targets and keeps none, and Prometheus has no MCP server`,
      }));
  },
});

export const seriesHaveOneSource = prometheusCheck({
  code: 'PMCP-D111',
  title: 'No two targets have the same labels.',
  why: 'They write the same series: samples of one are refused as duplicates, or both alternate, and every rate is nonsense.',
  cure: 'Scrape each address in one job only, and take no label away by which targets differ (`instance`, `pod`).',
  severity: 'fail',
  rights: 'GET of `/api/v1/targets`.',
  async run(context) {
    const addresses = new Map<string, string[]>();
    for (const { labels, scrapeUrl } of await context.get(targets)) {
      const key = JSON.stringify(Object.entries(labels).sort());
      addresses.set(key, [...(addresses.get(key) ?? []), scrapeUrl]);
    }
    return [...addresses.values()]
      .filter((urls) => urls.length > 1)
      .map((urls) => ({ found: `${urls.length} targets have the same labels: ${urls.join(', ')}` }));
  },
});
