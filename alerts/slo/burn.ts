import { select } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import type { AlertRule, RuleGroup } from '../rule.js';
import { value } from '../template.js';
import { recorded } from './recording.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from './slo.js';
import { BURNS, type Burn, factor } from './windows.js';

const SPEED = { critical: 'Fast', warning: 'Slow', info: 'Slow' } as const;

/** Returns alerts that fire before the error budget is used up. */
export function burnGroup(context: Context): RuleGroup {
  const rules = context.slos.flatMap((slo) => BURNS.map((burn) => alert(context, slo, burn)));
  return { name: 'pmcp-slo-alerts', rules };
}

function alert(context: Context, slo: Slo, burn: Burn): AlertRule {
  const { name, bad, window = DEFAULT_WINDOW, perTool, minBadEvents = 5 } = slo;
  const limit = exact(factor(burn, slo) * budget(slo));
  const where = { slo: name };
  const burns = (over: string) => select(recorded.errorRatio(over), { where }).gt(limit);
  const enough = select(recorded.errorCount(burn.long), { where }).gte(minBadEvents);
  const tool = perTool ? ' of the tool {{ $labels.name }}' : '';
  return context.alert({
    name: `Pmcp${name}Burn${SPEED[burn.severity]}`,
    severity: burn.severity,
    expr: burns(burn.long).and(burns(burn.short)).and(enough),
    for: burn.for,
    labels: { window: burn.long },
    summary: `The error budget of ${name} burns too fast.`,
    description:
      `${value.percent} of the requests to ${context.server}${tool} in the last ${burn.long} ${bad}; ` +
      `the promise is at most ${percent(budget(slo))} over ${window}. Users see it now.`,
    dashboard: 'slos',
  });
}

function percent(share: number): string {
  return `${exact(share * 100)} %`;
}
