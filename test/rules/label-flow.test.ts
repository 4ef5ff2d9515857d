import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import { HISTOGRAM_FORMS } from '../../prometheus/promql.js';
import { labelsOf } from './label-flow.js';

const alerts = HISTOGRAM_FORMS.flatMap((histograms) =>
  ruleGroups({ histograms }).flatMap(({ rules }) =>
    rules.filter(isAlert).map((rule) => ({ ...rule, histograms })),
  ),
);

describe('a label', () => {
  it.each(alerts)(
    'that $alert names survives its expression for $histograms histograms',
    ({ expr, annotations, labels }) => {
      const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label]) =>
        String(label),
      );
      const there = new Set([...labelsOf(expr), ...Object.keys(labels)]);
      expect(used.filter((label) => !there.has(label))).toEqual([]);
    },
  );

  it.each<[string, string[]]>([
    ['sum by (job) (rate(pmcp_requests_total[5m]))', ['job']],
    ['sum by (job) (pmcp_ready) and on (job) pmcp_build_info', ['job']],
    [
      'count without (name, method, outcome) (rate(pmcp_requests_total{name="a"}[5m] offset 1d))',
      ofATarget(),
    ],
    ['absent(up{job="a", pod=~"b"})', ['job']],
    ['1 - sum by (pod) (pmcp_ready) > 0', ['pod']],
    ['time() - max by (pod) (pmcp_ready)', ['pod']],
    ['histogram_quantile(0.95, sum by (le, job) (rate(pmcp_request_size_bytes_bucket[5m])))', ['job']],
    [
      'sum by (job) (histogram_fraction(5, +Inf, rate(pmcp_request_size_bytes[5m])) > 0) * sum by (job) (histogram_count(rate(pmcp_request_size_bytes[5m])))',
      ['job'],
    ],
    ['label_replace(max by (pod) (up), "host", "$1", "pod", "(.*)")', ['host', 'pod']],
    ['sum by (job) (up) / on (job) group_left () (sum by (job) (up))', ['job']],
    ['sum(up) or sum by (job) (up)', ['job']],
    ['vector(1)', []],
  ])('flows through %s', (query, labels) => {
    expect([...labelsOf(query)].sort()).toEqual(labels.sort());
  });

  it('of an unknown metric is an error', () => {
    expect(() => labelsOf('sum(pmcp_nothing)')).toThrow('Expected a metric that is known, got pmcp_nothing');
  });
});

function ofATarget(): string[] {
  return [
    'app_kubernetes_io_name',
    'service',
    'cluster',
    'namespace',
    'job',
    'instance',
    'pod',
    'node',
    'container',
  ];
}
