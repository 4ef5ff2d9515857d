import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { syntaxErrors } from '../../test/support/promql-syntax.js';
import {
  bucketsOf,
  countOf,
  type Expression,
  exemplarsOf,
  gauge,
  HISTOGRAM_FORMS,
  histogram,
  increase,
  irate,
  mean,
  observed,
  quantile,
  rate,
  recordedOf,
  share,
  upTo,
} from '../promql.js';

const duration = catalog.requestDuration;
const byName = { by: ['name'] } as const;
const recordedDurations = {
  of: duration,
  buckets: gauge('level:duration_bucket:rate5m', ['method', 'le']),
  native: gauge('level:duration:rate5m', ['method']),
} as const;

/** An expression, its text for a Prometheus with native histograms, and its text for one with both forms. */
const forms: [Expression, string, string][] = [
  [
    quantile(0.95, duration, byName),
    'histogram_quantile(0.95, sum by (name) (rate(pmcp_request_duration_seconds[5m])))',
    'histogram_quantile(0.95, sum by (le, name) (rate(pmcp_request_duration_seconds_bucket[5m]))) or histogram_quantile(0.95, sum by (name) (rate(pmcp_request_duration_seconds[5m])))',
  ],
  [
    quantile(0.5, duration),
    'histogram_quantile(0.5, rate(pmcp_request_duration_seconds[5m]))',
    'histogram_quantile(0.5, rate(pmcp_request_duration_seconds_bucket[5m])) or histogram_quantile(0.5, rate(pmcp_request_duration_seconds[5m]))',
  ],
  [
    irate(countOf(duration), { by: [] }),
    'sum(histogram_count(irate(pmcp_request_duration_seconds[5m])))',
    'sum(irate(pmcp_request_duration_seconds_count[5m]) or histogram_count(irate(pmcp_request_duration_seconds[5m])))',
  ],
  [
    mean(duration, byName),
    'sum by (name) (histogram_sum(rate(pmcp_request_duration_seconds[5m]))) / (sum by (name) (histogram_count(rate(pmcp_request_duration_seconds[5m]))) > 0)',
    'sum by (name) (rate(pmcp_request_duration_seconds_sum[5m]) or histogram_sum(rate(pmcp_request_duration_seconds[5m]))) / (sum by (name) (rate(pmcp_request_duration_seconds_count[5m]) or histogram_count(rate(pmcp_request_duration_seconds[5m]))) > 0)',
  ],
  [
    rate(bucketsOf(duration), { by: ['method', 'le'], where: { name: 'x' } }),
    'sum by (method) (rate(pmcp_request_duration_seconds{name="x"}[5m]))',
    'sum by (method, le) (rate(pmcp_request_duration_seconds_bucket{name="x"}[5m])) or sum by (method) (rate(pmcp_request_duration_seconds{name="x"}[5m])) unless on (method) sum by (method, le) (rate(pmcp_request_duration_seconds_bucket{name="x"}[5m]))',
  ],
  [
    observed(duration, { ...byName, window: '10m' }, 'increase').above(5),
    'sum by (name) ((histogram_fraction(5, +Inf, increase(pmcp_request_duration_seconds[10m])) > 0) * histogram_count(increase(pmcp_request_duration_seconds[10m])))',
    'sum by (name) (sum without (le) (increase(pmcp_request_duration_seconds_bucket{le="+Inf"}[10m])) - sum without (le) (increase(pmcp_request_duration_seconds_bucket{le=~"5|5\\\\.0"}[10m])) or (histogram_fraction(5, +Inf, increase(pmcp_request_duration_seconds[10m])) > 0) * histogram_count(increase(pmcp_request_duration_seconds[10m])))',
  ],
  [
    observed(duration, byName).above(5, increase(catalog.requests, { without: ['outcome'] })),
    'sum by (name) ((histogram_fraction(5, +Inf, rate(pmcp_request_duration_seconds[5m])) > 0) * sum without (outcome) (increase(pmcp_requests_total[5m])))',
    'sum by (name) (sum without (le) (rate(pmcp_request_duration_seconds_bucket{le="+Inf"}[5m])) - sum without (le) (rate(pmcp_request_duration_seconds_bucket{le=~"5|5\\\\.0"}[5m])) or (histogram_fraction(5, +Inf, rate(pmcp_request_duration_seconds[5m])) > 0) * sum without (outcome) (increase(pmcp_requests_total[5m])))',
  ],
  [
    share(duration, { under: 1, without: ['name'] }),
    'sum without (name) ((histogram_fraction(-Inf, 1, rate(pmcp_request_duration_seconds[5m])) >= 0) * histogram_count(rate(pmcp_request_duration_seconds[5m]))) / (sum without (name) (histogram_count(rate(pmcp_request_duration_seconds[5m]))) > 0)',
    'sum without (name) (sum without (le) (rate(pmcp_request_duration_seconds_bucket{le=~"1|1\\\\.0"}[5m])) or (histogram_fraction(-Inf, 1, rate(pmcp_request_duration_seconds[5m])) >= 0) * histogram_count(rate(pmcp_request_duration_seconds[5m]))) / (sum without (name) (rate(pmcp_request_duration_seconds_count[5m]) or histogram_count(rate(pmcp_request_duration_seconds[5m]))) > 0)',
  ],
  [
    recordedOf(recordedDurations, { by: ['job'], where: { method: 'ping' } }).count(),
    'sum by (job) (histogram_count(level:duration:rate5m{method="ping"}))',
    'sum by (job) (sum without (le) (level:duration_bucket:rate5m{method="ping", le="+Inf"}) or histogram_count(level:duration:rate5m{method="ping"}))',
  ],
  [
    recordedOf(recordedDurations, { by: [], where: { method: 'ping' } }).inBuckets(),
    'sum(level:duration:rate5m{method="ping"})',
    'sum by (le) (level:duration_bucket:rate5m{method="ping"}) or sum(level:duration:rate5m{method="ping"}) unless on () sum by (le) (level:duration_bucket:rate5m{method="ping"})',
  ],
  [
    exemplarsOf(duration, { where: { name: 'search' } }),
    'count(pmcp_request_duration_seconds{name="search"} offset 500w) < 0',
    'count(pmcp_request_duration_seconds_bucket{name="search"} offset 500w) < 0 or count(pmcp_request_duration_seconds{name="search"} offset 500w) < 0',
  ],
];

describe('a query of a histogram', () => {
  it.each(forms)('%s has a text for native ones, and one for both forms', (expression, native, both) => {
    expect([expression.in('native'), expression.in('both')]).toEqual([native, both]);
  });

  it.each(forms)('%s is PromQL in each form', (expression) => {
    for (const form of HISTOGRAM_FORMS) expect(syntaxErrors(expression.in(form))).toEqual([]);
  });

  it('can use any bound with native histograms', () => {
    const slow = observed(duration, byName).above(0.7);
    expect(slow.in('native')).toContain('histogram_fraction(0.7, +Inf');
    for (const form of ['classic', 'both'] as const) {
      expect(() => slow.in(form)).toThrow('Expected `bound` to be a bucket of pmcp_request_duration_seconds');
    }
  });

  it('cannot select buckets by a label that native histograms do not have', () => {
    const one = rate(bucketsOf(duration), { where: { le: '1' } });
    expect(String(one)).toBe('rate(pmcp_request_duration_seconds_bucket{le="1"}[5m])');
    expect(() => one.in('native')).toThrow('Expected `where` to be without `le`');
  });
});

describe('the bucket that ends at a bound', () => {
  const h = histogram('h', [], [0.00001, 0.5, 1, 1048576, 1e21]);

  it.each([
    [0.00001, '0\\.00001|1e-05'],
    [1, '1|1\\.0'],
    [1048576, '1048576|1048576\\.0|1\\.048576e\\+06'],
    [1e21, '1e+21'],
  ])('%s is found in each spelling of the number', (bound, operand) => {
    expect(upTo(h, bound).operand).toBe(operand);
  });

  it('must exist', () => {
    expect(() => String(share(catalog.healthCheckDuration, { under: 2 }))).toThrow(
      'Expected `bound` to be a bucket of pmcp_health_check_duration_seconds: 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, got 2',
    );
  });
});
