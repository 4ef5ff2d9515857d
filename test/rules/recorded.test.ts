import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { call, POD, POD2, type Series, series } from './case.js';
import { testRules } from './promtool.js';

const recording = ruleGroups().filter(({ name }) =>
  ['pmcp-requests', 'pmcp-durations', 'pmcp-tool-durations'].includes(name),
);

/** Expects the values of a query after 20 minutes, whatever their labels. */
async function expectValues(input: Series, expected: Readonly<Record<string, number>>) {
  await testRules(recording, [
    {
      input_series: Object.entries(input).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: Object.entries(expected).map(([expr, value]) => ({
        expr: `sum(${expr}) or vector(0)`,
        eval_time: '20m',
        exp_samples: [{ labels: '{}', value }],
      })),
    },
  ]);
}

const duration = (le: string, pod = POD) =>
  series('pmcp_request_duration_seconds_bucket', { ...pod, method: 'tools/call', name: 'search', le });

describe('recorded request metrics', () => {
  it('keep instances, methods and outcomes apart, and sum over tools', async () => {
    await expectValues(
      {
        [call('search', 'ok')]: '0+60x30',
        [call('create', 'ok')]: '0+60x30',
        [call('create', 'tool_error')]: '0+30x30',
        [call('create', 'ok', POD2)]: '0+180x30',
      },
      {
        'instance:pmcp_requests:rate5m{instance="10.0.0.1:9090", outcome="ok"}': 2,
        'instance:pmcp_requests:rate5m{instance="10.0.0.1:9090", outcome="tool_error"}': 0.5,
        'instance:pmcp_requests:rate5m{instance="10.0.0.2:9090"}': 3,
      },
    );
  });

  it('have the quantiles of each instance', async () => {
    await expectValues(
      { [duration('0.1')]: '0+50x30', [duration('0.2')]: '0+100x30', [duration('+Inf')]: '0+100x30' },
      {
        'instance:pmcp_request_duration_seconds:p50': 0.1,
        'round(instance:pmcp_request_duration_seconds:p95, 0.001)': 0.19,
        'round(instance:pmcp_request_duration_seconds:p99, 0.001)': 0.198,
      },
    );
  });

  it('have no quantile, instead of NaN, for an instance without requests', async () => {
    await expectValues(
      { [duration('0.1')]: '50x30', [duration('+Inf')]: '100x30' },
      { 'count(instance:pmcp_request_duration_seconds:p95)': 0 },
    );
  });

  it('list the ten busiest tools of a server with their durations', async () => {
    const tools = Array.from({ length: 12 }, (_, index) => index + 1);
    const seconds = (name: string) =>
      series('pmcp_request_duration_seconds_sum', { ...POD, method: 'tools/call', name });
    await expectValues(
      Object.fromEntries([
        ...tools.map((tool) => [call(`tool-${tool}`, 'ok'), `0+${tool * 60}x30`]),
        ...tools.map((tool) => [seconds(`tool-${tool}`), `0+${tool * 30}x30`]),
      ]),
      {
        'count(tool:pmcp_requests:rate5m_top10)': 10,
        'tool:pmcp_requests:rate5m_top10{name="tool-3"}': 3,
        'tool:pmcp_requests:rate5m_top10{name="tool-2"}': 0,
        'tool:pmcp_request_duration_seconds_sum:rate5m_top10{name="tool-12"}': 6,
        'count(tool:pmcp_request_duration_seconds_sum:rate5m_top10)': 10,
      },
    );
  });

  it('list only the tools that fail', async () => {
    await expectValues(
      {
        [call('search', 'ok')]: '0+60x30',
        [call('search', 'cancelled')]: '0+60x30',
        [call('create', 'tool_error')]: '0+60x30',
        [call('create', 'client_error')]: '0+120x30',
        [call('delete', 'tool_error')]: '7x30',
      },
      { 'count(tool:pmcp_errors:rate5m)': 2, 'tool:pmcp_errors:rate5m{name="create"}': 3 },
    );
  });
});
