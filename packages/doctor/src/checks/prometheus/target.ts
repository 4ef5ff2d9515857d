import type { Check } from '../../check.js';
import { metricsPage } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { targets } from '../../facts/prometheus.js';

export const hasTarget: Check = {
  code: 'PMCP-D101',
  group: 'prometheus',
  title: 'Prometheus has the server among its targets.',
  why: 'What is not discovered is not scraped: the server works, and nobody sees it.',
  cure: 'Add the server to `scrape_configs`: `npx pmcp-observability assets ./monitoring` writes configurations for every way of discovery. In Kubernetes the pod needs the annotation `prometheus.io/scrape: "true"`, and `prometheus.io/port` with the number of its admin port.',
  needs: [['url', 'admin'], 'prometheus'],
  rights: 'GET of `/api/v1/targets` and `/api/v1/query`.',
  severity: 'fail',
  after: ['PMCP-D100', 'PMCP-D010', 'PMCP-D011', 'PMCP-D110'],
  async run(context) {
    if ((await context.get(ownTarget)) !== undefined) return [];
    const [{ url }, all] = await Promise.all([context.get(metricsPage), context.get(targets)]);
    const some = all.slice(0, 3).map(({ scrapeUrl }) => scrapeUrl);
    const scraped = some.length === 0 ? 'nothing' : `other targets, such as ${some.join(', ')}`;
    return [{ found: `Prometheus does not scrape ${url.href}: it scrapes ${scraped}` }];
  },
};
