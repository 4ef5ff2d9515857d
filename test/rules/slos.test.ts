import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import type { Slo } from '../../alerts/slo/slo.js';
import { POD, POD2, type Series, series } from './case.js';
import { testRules } from './promtool.js';

const request = (outcome: string, pod = POD) =>
  series('pmcp_requests_total', { ...pod, method: 'tools/call', name: 'search', outcome });

/** The values of a query at a minute, whatever their labels. */
interface Expected {
  readonly expr: string;
  readonly at: number;
  readonly value: number;
}

async function expectValues(input: Series, expected: readonly Expected[], slos?: readonly Slo[]) {
  await testRules(ruleGroups(slos && { slos }), [
    {
      input_series: Object.entries(input).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: expected.map(({ expr, at, value }) => ({
        expr,
        eval_time: `${at}m`,
        exp_samples: [{ labels: '{}', value }],
      })),
    },
  ]);
}

const notANumber = 'count({__name__=~"slo:.+"}) - count({__name__=~"slo:.+"} >= -Inf)';
const firing = (names: string) => `count(ALERTS{alertname=~"${names}", alertstate="firing"}) or vector(0)`;
const thousandth = (query: string) => `round(sum(${query}) * 1000)`;

describe('a gap in the traffic', () => {
  const gap = { [request('ok')]: '0+10x60 600x120 600+10x60', [request('tool_error')]: '0+1x60 60x180' };
  const minutes = [1, 30, 61, 90, 125, 180, 190, 240];

  it('leaves no NaN in any window', async () => {
    await expectValues(
      gap,
      minutes.map((at) => ({ expr: notANumber, at, value: 0 })),
    );
  });

  it('keeps the windows with events', async () => {
    const ratio = (window: string) =>
      `count(slo:pmcp_error_ratio:rate${window}{slo="ToolSuccess"}) or vector(0)`;
    await expectValues(gap, [
      { expr: ratio('30m'), at: 150, value: 0 },
      { expr: ratio('6h'), at: 150, value: 1 },
      { expr: ratio('3d'), at: 150, value: 1 },
    ]);
  });
});

describe('the error budget', () => {
  const remaining = 'slo:pmcp_error_budget_remaining:ratio30d{slo="ToolSuccess"}';

  it('is spent by events, not by hours', async () => {
    // 60 of 6,060 calls fail, all in the hour with a hundred times the traffic; 5 % may fail.
    const busyThenQuiet = {
      [request('ok')]: '0+99x60 5940+1x70',
      [request('tool_error')]: '0+1x60 60x70',
    };
    const spent = 60 / (60 * 100 + 60) / 0.05;
    await expectValues(busyThenQuiet, [
      { expr: thousandth(remaining), at: 120, value: Math.round((1 - spent) * 1000) },
    ]);
  });

  it('is whole while nothing fails', async () => {
    await expectValues({ [request('ok')]: '0+9x60' }, [{ expr: `sum(${remaining})`, at: 60, value: 1 }]);
  });

  it('is known as a number of bad events', async () => {
    const allowed = 'sum(slo:pmcp_errors_allowed:increase30d{slo="ToolSuccess"})';
    // 1,000 calls in the first hour, of which 5 % may fail; later hours add none.
    const calls = { [request('ok')]: '0+20x50 1000x100' };
    await expectValues(
      calls,
      [60, 140].map((at) => ({ expr: `round(${allowed})`, at, value: 50 })),
    );
  });

  it('survives a restart that resets the counters', async () => {
    const restarted = { [request('ok')]: '0+99x30 0+99x30', [request('tool_error')]: '0+1x30 0+1x30' };
    await expectValues(restarted, [{ expr: thousandth(remaining), at: 60, value: 800 }]);
  });
});

describe('an SLO of every tool', () => {
  const perTool: Slo = {
    name: 'EachTool',
    objective: 0.9,
    window: '7d',
    indicator: { kind: 'tool-success' },
    bad: 'ended in an error of the tool',
    perTool: true,
  };

  it('distinguishes a failing tool from a working one', async () => {
    const other = series('pmcp_requests_total', {
      ...POD,
      method: 'tools/call',
      name: 'list',
      outcome: 'ok',
    });
    const input = { [request('tool_error')]: '0+10x20', [other]: '0+100x20' };
    const ratio = (name: string) => `sum(slo:pmcp_error_ratio:rate1h{slo="EachTool", name="${name}"})`;
    await expectValues(
      input,
      [
        { expr: ratio('search'), at: 10, value: 1 },
        { expr: ratio('list'), at: 10, value: 0 },
        { expr: firing('PmcpEachToolBurn.*'), at: 10, value: 1 },
      ],
      [perTool],
    );
  });
});

describe('one pod of many', () => {
  it('burns the budget only by its share of the requests', async () => {
    const input = { [request('server_error')]: '0+5x90', [request('ok', POD2)]: '0+995x90' };
    await expectValues(input, [
      { expr: thousandth('slo:pmcp_error_ratio:rate1h{slo="Availability"}'), at: 60, value: 5 },
      { expr: firing('PmcpAvailabilityBurnFast'), at: 60, value: 0 },
    ]);
  });
});

describe('a rollout under load', () => {
  it('fires only the Watchdog and the alerts for really missing series', async () => {
    const build = (pod: typeof POD, version: string) =>
      series('pmcp_build_info', { ...pod, server: 'notes', version, sdk: 'v2' });
    const list = (pod: typeof POD, fingerprint: string) =>
      series('pmcp_tool_definitions_info', { ...pod, fingerprint });
    const backup = series('pmcp_job_last_success_timestamp_seconds', { job_name: 'backup' });
    const input: Series = {
      [series('up', POD)]: '1x30 stale',
      [series('up', POD2)]: '_x30 1x90',
      [series('pmcp_ready', POD)]: '1x29 0 stale',
      [series('pmcp_ready', POD2)]: '_x30 0 1x90',
      [build(POD, '1.0.0')]: '1x30 stale',
      [build(POD2, '1.1.0')]: '_x30 1x90',
      [list(POD, 'aaaa')]: '1x30 stale',
      [list(POD2, 'bbbb')]: '_x30 1x90',
      [request('ok')]: '0+100x30 stale',
      [request('ok', POD2)]: '_x30 0+100x90',
      [backup]: '0x120',
    };
    await expectValues(
      input,
      [10, 31, 40, 60, 119].map((at) => ({ expr: firing('.+'), at, value: 1 })),
    );
  });
});
