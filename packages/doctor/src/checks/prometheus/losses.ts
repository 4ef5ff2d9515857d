import { spoken } from '../../facts/duration.js';
import { lately } from '../../facts/lately.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

const RECENT = '1h';
const RIGHTS = 'GET of `/metrics` and `/api/v1/query`.';

const LOST = {
  duplicates: 'prometheus_target_scrapes_sample_duplicate_timestamp_total',
  'out of order': 'prometheus_target_scrapes_sample_out_of_order_total',
  'too far in the past or future': 'prometheus_target_scrapes_sample_out_of_bounds_total',
} as const;

export const samplesAreTaken = prometheusCheck({
  code: 'PMCP-D134',
  title: 'Prometheus takes every sample that it scrapes.',
  why: 'Samples with the time of others are refused, without an error at the target: series have gaps, or are a mixture of two.',
  cure: 'Look into the log of Prometheus for `duplicate sample` and `out-of-order`: two targets write one series, a page has times of its own (`honor_timestamps: false` ignores them), or two Prometheus servers write under the same labels.',
  severity: 'warn',
  rights: RIGHTS,
  after: ['PMCP-D100', 'PMCP-D111'],
  async run(context) {
    const counted = await Promise.all(
      Object.entries(LOST).map(async ([what, metric]) => [what, await lately(context, [metric])] as const),
    );
    return counted
      .filter(([, { count }]) => count > 0)
      .map(([what, { count, when }]) => ({
        found: `Prometheus refused ${count} samples ${when}: ${what}`,
        // Series that differed by a label that was dropped are one.
        follows: ['PMCP-D118'],
      }));
  },
});

export const nothingOverflows = prometheusCheck({
  code: 'PMCP-D136',
  title: 'Few label values were folded into `_other` in the last hour.',
  why: 'Folded values share one label value: you cannot see which tool fails.',
  cure: 'Look who sends so many names; for a server that has as many tools, raise `metrics.maxNames`.',
  severity: 'warn',
  after: ['PMCP-D100', 'PMCP-D050'],
  async run(context) {
    const folded = `sum by (job, label) (increase(pmcp_label_overflow_total[${RECENT}]))`;
    const asked = `sum by (job) (increase(pmcp_requests_total[${RECENT}]))`;
    // Below 10 % of the requests, clients may only have misspelled a name now and then.
    const found = await query(context, `${folded} > on (job) group_left 0.1 * ${asked}`);
    return found.map(({ labels, value }) => ({
      found: `job ${labels.job} folded ${Math.ceil(value)} values of the label ${labels.label} in the last ${spoken(3_600)}`,
    }));
  },
});
