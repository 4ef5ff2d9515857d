import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

export const targetsAreOneProcess = prometheusCheck({
  code: 'PMCP-D126',
  title: 'Each target is one process.',
  why: 'Where several take turns behind one address, each scrape shows the counters of another one: rates are nonsense, and most calls are never seen.',
  cure: 'Scrape each pod or process under an address of its own, and not the Service or load balancer before them. docs/servers.md has the ways.',
  severity: 'fail',
  // With the page at hand, that check sees it in seconds.
  after: ['PMCP-D100', 'PMCP-D008'],
  async run(context) {
    // A new process starts later than the one before it. Only where two take turns is a start earlier again, and again.
    const found = await query(context, 'resets(process_start_time_seconds{job=~"pmcp.*"}[15m]) > 1');
    return found.map(({ labels }) => ({
      found: `${labels.instance} of job ${labels.job} is several processes that answer in turn`,
    }));
  },
});
