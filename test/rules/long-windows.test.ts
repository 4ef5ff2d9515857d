import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { SERVICE, type Series, series } from './case.js';
import { testRules } from './promtool.js';

const days = ruleGroups().filter(({ name }) => name === 'pmcp-slo-days');
const SLO = { ...SERVICE, slo: 'ToolSuccess' };
const HOURS_OF_40_DAYS = 40 * 24;

/** What other groups recorded, one sample an hour, for 40 days. */
const counted = (what: string, part: string, values: string): Series => ({
  [series(`slo:pmcp_${what}:${part}`, SLO)]: values,
});
const each = (events: number, errors: number): Series => ({
  ...counted('events', 'hourly', `${events}x${HOURS_OF_40_DAYS}`),
  ...counted('errors', 'hourly', `${errors}x${HOURS_OF_40_DAYS}`),
  ...counted('events', 'increase6h', `${6 * events}x${HOURS_OF_40_DAYS}`),
  ...counted('errors', 'increase6h', `${6 * errors}x${HOURS_OF_40_DAYS}`),
});

/** Expects values after some hours, whatever their labels. */
async function expectValues(input: Series, at: number, expected: Readonly<Record<string, number>>) {
  const test = {
    interval: '1h',
    input_series: Object.entries(input).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: Object.entries(expected).map(([expr, value]) => ({
      expr: `round(sum(${expr}), 0.001) or vector(-1)`,
      eval_time: `${at}h`,
      exp_samples: [{ labels: '{}', value }],
    })),
  };
  await testRules(days, [test], '1h');
}

describe('the windows of days', () => {
  it('count each hour of a steady month once', async () => {
    await expectValues(each(100, 1), 35 * 24, {
      'slo:pmcp_events:increase1d': 2_400,
      'slo:pmcp_errors:increase1d': 24,
      'slo:pmcp_events:increase3d': 7_200,
      'slo:pmcp_errors:increase3d': 72,
      'slo:pmcp_error_ratio:rate1d': 0.01,
      'slo:pmcp_error_ratio:rate3d': 0.01,
      'slo:pmcp_errors_allowed:increase30d': 72_000 * 0.05,
      // A fifth of the allowed 5 % is spent.
      'slo:pmcp_error_budget_remaining:ratio30d': 0.8,
    });
  });

  it.each([
    [10, 72_000 * 0.05 * (10 / 30)],
    [29, 72_000 * 0.05 * (29 / 30)],
  ])('know only what there was, %i days after the first request', async (age, allowed) => {
    await expectValues(each(100, 1), age * 24 - 1, { 'slo:pmcp_errors_allowed:increase30d': allowed });
  });

  it.each([
    ['for 12 hours', 12, 1_200, 6_000],
    ['for two days', 48, -1, 2_400],
  ])('still count a server that has been without requests %s', async (_, hours, day, days) => {
    const [full, since] = [20 * 24, hours];
    const falling = (of: number) => [6, 5, 4, 3, 2, 1, 0].map((left) => left * of).join(' ');
    const ended = (of: number, six: string) => `${6 * of}x${full - 1} ${six}`;
    await expectValues(
      {
        ...counted('events', 'hourly', `100x${full} 0x5`),
        ...counted('errors', 'hourly', `1x${full} 0x5`),
        ...counted('events', 'increase6h', ended(100, falling(100))),
        ...counted('errors', 'increase6h', ended(1, falling(1))),
      },
      full + since,
      { 'slo:pmcp_events:increase1d': day, 'slo:pmcp_events:increase3d': days },
    );
  });

  it('forget what is older than the window', async () => {
    const hours = 5 * 24;
    const bad = (of: number) => `${of}x${hours} 0x${HOURS_OF_40_DAYS - hours}`;
    const input = { ...each(100, 0), ...counted('errors', 'hourly', bad(5)) };
    await expectValues(input, 20 * 24, {
      'slo:pmcp_error_budget_remaining:ratio30d': Number(
        (1 - (5 * (hours + 1)) / (0.05 * 48_000)).toFixed(3),
      ),
    });
    await expectValues(input, 36 * 24, { 'slo:pmcp_error_budget_remaining:ratio30d': 1 });
  });
});
