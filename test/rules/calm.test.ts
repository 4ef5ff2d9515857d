import { describe, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { life, pod, wanted } from './calm/life.js';
import { pods } from './calm/pods.js';
import { BACKUP, usage } from './calm/usage.js';
import { type Series, series } from './case.js';
import { testRules } from './promtool.js';

const groups = ruleGroups();

/** @throws alerts that fired or were missing */
async function expectFired(input: Series, minutes: number, alerts: readonly string[]): Promise<void> {
  const all = { [BACKUP]: `0+60x${minutes}`, ...input };
  const fired = `max_over_time(ALERTS{alertname!="Watchdog", alertstate="firing"}[${minutes}m])`;
  const check = {
    expr: `count by (alertname) (${fired})`,
    eval_time: `${minutes}m`,
    exp_samples: alerts.map((alertname) => ({ labels: series('', { alertname }), value: 1 })),
  };
  const input_series = Object.entries(all).map(([name, values]) => ({ series: name, values }));
  await testRules(groups, [{ input_series, promql_expr_test: [check] }]);
}

describe('no alert fires when', () => {
  it.each([...pods, ...usage])('$what', ({ series: input, minutes }) => expectFired(input, minutes, []));
});

describe('an outage that looks similar still fires:', () => {
  it('the last pod ends, and there is no room or no image for another', async () => {
    const [{ series: canary, minutes } = { series: {}, minutes: 0 }] = pods;
    await expectFired({ ...canary, ...wanted({ notes: '1x200' }) }, minutes, ['PmcpAllTargetsDown']);
  });

  it('a server that sleeps at night does not start in the morning', async () => {
    const asleep = life(pod('notes', 1), { from: 0, minutes: 30 });
    await expectFired({ ...asleep, ...wanted({ notes: '1x28 0x70 1x100' }) }, 150, ['PmcpTargetsAbsent']);
  });
});
