import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { syntaxErrors } from '../test/support/promql-syntax.js';
import {
  absent,
  absentOverTime,
  avg,
  avgOverTime,
  both,
  bucketsOf,
  changes,
  clampMin,
  constant,
  count,
  counter,
  countOf,
  countOverTime,
  delta,
  deriv,
  type Expression,
  gauge,
  HISTOGRAM_FORMS,
  histogram,
  increase,
  labelReplace,
  matches,
  max,
  maxOverTime,
  mean,
  min,
  minOverTime,
  not,
  notMatches,
  predictLinear,
  quantile,
  rate,
  ratio,
  select,
  share,
  sum,
  sumOf,
  sumOverTime,
  time,
  timestamp,
  topk,
  vector,
} from './promql.js';

const podInfo = gauge('kube_pod_info', ['created_by_kind']);
const requests = rate(catalog.requests, { by: ['name'] });
const errors = rate(catalog.errors, { by: ['name'] });
const ready = select(catalog.ready);

const table: [Expression, string][] = [
  [rate(catalog.requests), 'rate(pmcp_requests_total[5m])'],
  [rate(catalog.requests, { by: [] }), 'sum(rate(pmcp_requests_total[5m]))'],
  [
    rate(catalog.requests, { by: ['method', 'job'], where: { outcome: 'ok' }, window: '1h30m' }),
    'sum by (method, job) (rate(pmcp_requests_total{outcome="ok"}[1h30m]))',
  ],
  [
    increase(catalog.connections, {
      without: ['client', 'instance'],
      window: '$__rate_interval',
      offset: '1d',
    }),
    'sum without (client, instance) (increase(pmcp_connections_total[$__rate_interval] offset 1d))',
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
  [rate(catalog.errors, { window: '${window}' }), 'rate(pmcp_errors_total[${window}])'],

  [rate(catalog.errors, { where: { type: not('closed') } }), 'rate(pmcp_errors_total{type!="closed"}[5m])'],
  [
    rate(catalog.errors, { where: { type: ['-32601', 'a.b|c'], method: not(['x', 'y(z)']) } }),
    'rate(pmcp_errors_total{type=~"-32601|a\\\\.b\\\\|c", method!~"x|y\\\\(z\\\\)"}[5m])',
  ],
  [rate(catalog.errors, { where: { type: ['parse'] } }), 'rate(pmcp_errors_total{type="parse"}[5m])'],
  [
    rate(catalog.errors, { where: { job: matches('$job'), name: notMatches('_.*') } }),
    'rate(pmcp_errors_total{job=~"$job", name!~"_.*"}[5m])',
  ],
  [
    rate(catalog.errors, {
      where: { method: both(both(['a', 'b'], matches('$x')), notMatches('$y')), type: not('closed') },
    }),
    'rate(pmcp_errors_total{method=~"a|b", method=~"$x", method!~"$y", type!="closed"}[5m])',
  ],
  [
    select(catalog.activeConnections, { where: { pod: 'a"b\\c\nd\u0007\ud800é' } }),
    'pmcp_active_connections{pod="a\\"b\\\\c\\nd\\u0007\ufffdé"}',
  ],

  [sum(catalog.activeConnections), 'sum(pmcp_active_connections)'],
  [
    max(catalog.activeConnections, { by: ['pod'], where: { transport: 'stdio' }, offset: '5m' }),
    'max by (pod) (pmcp_active_connections{transport="stdio"} offset 5m)',
  ],
  [
    avg(requests.plus(errors)),
    'avg(sum by (name) (rate(pmcp_requests_total[5m])) + sum by (name) (rate(pmcp_errors_total[5m])))',
  ],
  [min(catalog.ready, { without: ['instance'] }), 'min without (instance) (pmcp_ready)'],
  [count(podInfo, { by: [] }), 'count(kube_pod_info)'],
  [topk(5, requests), 'topk(5, sum by (name) (rate(pmcp_requests_total[5m])))'],

  [
    quantile(0.95, catalog.requestDuration),
    'histogram_quantile(0.95, rate(pmcp_request_duration_seconds_bucket[5m]))',
  ],
  [
    quantile(0.5, catalog.requestDuration, { by: [] }),
    'histogram_quantile(0.5, sum by (le) (rate(pmcp_request_duration_seconds_bucket[5m])))',
  ],
  [
    quantile(0.99, catalog.requestDuration, { by: ['name'], where: { method: 'tools/call' } }),
    'histogram_quantile(0.99, sum by (le, name) (rate(pmcp_request_duration_seconds_bucket{method="tools/call"}[5m])))',
  ],
  [
    quantile(0.99, catalog.requestDuration, { without: ['instance'] }),
    'histogram_quantile(0.99, sum without (instance) (rate(pmcp_request_duration_seconds_bucket[5m])))',
  ],
  [
    mean(catalog.responseSize, { by: ['name'] }),
    'sum by (name) (rate(pmcp_response_size_bytes_sum[5m])) / (sum by (name) (rate(pmcp_response_size_bytes_count[5m])) > 0)',
  ],
  [
    share(catalog.requestDuration, { under: 1, by: ['name'], where: { method: 'ping' } }),
    'sum by (name) (rate(pmcp_request_duration_seconds_bucket{method="ping", le=~"1|1\\\\.0"}[5m])) / ' +
      '(sum by (name) (rate(pmcp_request_duration_seconds_count{method="ping"}[5m])) > 0)',
  ],
  [
    share(catalog.requestDuration, { under: 0.5, without: ['pod'] }),
    'sum without (pod, le) (rate(pmcp_request_duration_seconds_bucket{le="0.5"}[5m])) / ' +
      '(sum without (pod) (rate(pmcp_request_duration_seconds_count[5m])) > 0)',
  ],
  [
    share(catalog.requestDuration, { under: 0.5 }),
    'sum without (le) (rate(pmcp_request_duration_seconds_bucket{le="0.5"}[5m])) / ' +
      '(rate(pmcp_request_duration_seconds_count[5m]) > 0)',
  ],
  [
    increase(bucketsOf(catalog.requestDuration), { by: ['le'] }),
    'sum by (le) (increase(pmcp_request_duration_seconds_bucket[5m]))',
  ],
  [rate(countOf(catalog.requestSize)), 'rate(pmcp_request_size_bytes_count[5m])'],
  [rate(sumOf(catalog.requestSize)), 'rate(pmcp_request_size_bytes_sum[5m])'],

  [avgOverTime(catalog.ready), 'avg_over_time(pmcp_ready[5m])'],
  [minOverTime(catalog.ready, { window: '1d' }), 'min_over_time(pmcp_ready[1d])'],
  [maxOverTime(catalog.ready, { window: '1d' }), 'max_over_time(pmcp_ready[1d])'],
  [sumOverTime(gauge('job:errors:ratio', ['x']), { window: '30d' }), 'sum_over_time(job:errors:ratio[30d])'],
  [countOverTime(catalog.ready), 'count_over_time(pmcp_ready[5m])'],
  [changes(catalog.toolDefinitions), 'changes(pmcp_tool_definitions_info[5m])'],
  [delta(catalog.ready), 'delta(pmcp_ready[5m])'],
  [deriv(catalog.ready), 'deriv(pmcp_ready[5m])'],
  [predictLinear(catalog.ready, 3600, { window: '1h' }), 'predict_linear(pmcp_ready[1h], 3600)'],

  [
    ratio(errors, requests),
    '(sum by (name) (rate(pmcp_errors_total[5m])) or sum by (name) (rate(pmcp_requests_total[5m])) * 0) / ' +
      '(sum by (name) (rate(pmcp_requests_total[5m])) > 0)',
  ],
  [absent(catalog.ready, { where: { job: 'pmcp' } }), 'absent(pmcp_ready{job="pmcp"})'],
  [absentOverTime(catalog.ready, { window: '10m' }), 'absent_over_time(pmcp_ready[10m])'],
  [time().minus(timestamp(catalog.ready)), 'time() - timestamp(pmcp_ready)'],
  [sum(catalog.ready).or(vector(0)), 'sum(pmcp_ready) or vector(0)'],
  [clampMin(requests, 1), 'clamp_min(sum by (name) (rate(pmcp_requests_total[5m])), 1)'],
  [
    labelReplace(ready, { label: 'host', replacement: '$1', from: 'instance', regex: '(.*):\\d+' }),
    'label_replace(pmcp_ready, "host", "$1", "instance", "(.*):\\\\d+")',
  ],

  [ready.times(ready.plus(1)), 'pmcp_ready * (pmcp_ready + 1)'],
  [ready.times(ready).plus(1), 'pmcp_ready * pmcp_ready + 1'],
  [ready.minus(ready.minus(1)), 'pmcp_ready - (pmcp_ready - 1)'],
  [ready.minus(1).minus(1), 'pmcp_ready - 1 - 1'],
  [ready.dividedBy(ready.times(2)), 'pmcp_ready / (pmcp_ready * 2)'],
  [ready.plus(1).gt(ready.gt(0)), 'pmcp_ready + 1 > (pmcp_ready > 0)'],
  [ready.gt(0).plus(1), '(pmcp_ready > 0) + 1'],
  [ready.and(ready.or(ready)), 'pmcp_ready and (pmcp_ready or pmcp_ready)'],
  [ready.and(ready).or(ready), 'pmcp_ready and pmcp_ready or pmcp_ready'],
  [ready.or(ready).and(ready), '(pmcp_ready or pmcp_ready) and pmcp_ready'],
  [ready.unless(ready.and(ready)), 'pmcp_ready unless (pmcp_ready and pmcp_ready)'],
  [ready.gt(0).and(ready.lt(2)), 'pmcp_ready > 0 and pmcp_ready < 2'],
  [constant(1).minus(ready), '1 - pmcp_ready'],
  [ready.times(-1), 'pmcp_ready * -1'],
  [constant(-1).times(ready), '-1 * pmcp_ready'],
  [ready.lt(Number.POSITIVE_INFINITY), 'pmcp_ready < Inf'],
  [ready.gte(Number.NaN), 'pmcp_ready >= NaN'],
  [ready.lte(1e-9), 'pmcp_ready <= 1e-9'],
  [ready.eq(0, { bool: true }), 'pmcp_ready == bool 0'],
  [ready.neq(1e21), 'pmcp_ready != 1e+21'],
  [ready.and(requests, { on: [] }), 'pmcp_ready and on () sum by (name) (rate(pmcp_requests_total[5m]))'],
  [requests.unless(errors, { on: ['name'] }), `${requests} unless on (name) ${errors}`],
  [requests.dividedBy(errors, { ignoring: ['name'] }), `${requests} / ignoring (name) ${errors}`],
  [
    ready.times(select(catalog.buildInfo), { on: ['instance'], groupLeft: ['version'] }),
    'pmcp_ready * on (instance) group_left (version) pmcp_build_info',
  ],
  [
    rate(counter('container_cpu_usage_seconds_total', ['image']), { by: ['pod'], where: { image: not('') } }),
    'sum by (pod) (rate(container_cpu_usage_seconds_total{image!=""}[5m]))',
  ],
  [
    quantile(0.5, histogram('http_seconds', ['path']), { by: ['path'] }),
    'histogram_quantile(0.5, sum by (le, path) (rate(http_seconds_bucket[5m])))',
  ],
];

describe('an expression', () => {
  it.each(table)('%s has its text', (expression, text) => {
    expect(String(expression)).toBe(text);
  });

  it.each(table)('%s is PromQL', (expression) => {
    expect(syntaxErrors(String(expression))).toEqual([]);
  });

  it('is not changed by expressions that are made from it', () => {
    const before = String(ready);
    ready.gt(1).and(ready);
    expect(String(ready)).toBe(before);
  });
});

describe('a query of a histogram', () => {
  it.each(table)('%s keeps its text if it has none', (expression, text) => {
    const reads = /_bucket|_duration_seconds|_bytes/.test(text);
    if (!reads) for (const form of HISTOGRAM_FORMS) expect(expression.in(form)).toBe(text);
  });
});

describe('the syntax check of this test', () => {
  it.each(['sum(', 'rate(x[5m)', 'a + + ', 'x{y="}'])('finds the error in %s', (query) => {
    expect(syntaxErrors(query)).not.toEqual([]);
  });
});

describe('invalid PromQL', () => {
  it.each(['', '0s', '1.5h', '5', '-5m', '1m1h', '$', '$a b'])('is rejected as a window: "%s"', (window) => {
    expect(() => rate(catalog.requests, { window: window as '5m' })).toThrow('Expected `window` to be');
  });

  it('is also rejected elsewhere', () => {
    expect(() => select(catalog.ready, { offset: '1 day' as '1d' })).toThrow('Expected `offset` to be');
    expect(() => quantile(95, catalog.requestDuration)).toThrow('Expected `fraction` to be');
    expect(() => rate(catalog.errors, { where: { type: [] } })).toThrow('Expected `where` to be');
    expect(() => gauge('kube-pod-info', [])).toThrow('Expected `name` to be');
    expect(() => gauge('kube_pod_info', ['a-b'])).toThrow('Expected `labels` to be');
  });
});
