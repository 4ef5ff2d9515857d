import { seconds } from '../alerts/duration.js';
import { recorded } from '../alerts/slo/recording.js';
import { budget, DEFAULT_WINDOW, type Slo } from '../alerts/slo/slo.js';
import { SLOS } from '../alerts/slos.js';
import { clampMin, constant, type Expression, select, type TargetLabel } from '../prometheus/promql.js';
import { recordedFor } from './query.js';

type Label = 'slo' | 'name' | TargetLabel;

/** If the whole budget allows fewer bad events, each is a tenth of it or more. */
const LEAST_ALLOWED = 10;

/**
 * Returns the share of the error budget that is left, by SLO and server. It leaves out servers that have been
 * watched for less than a day, since some minutes would count like the whole month. It also leaves out
 * servers with few requests, since a single failure would use most of the budget.
 */
export function knownBudget(where: { readonly slo?: string } = {}): Expression<Label> {
  const of = recordedFor(where);
  const watched = select(recorded.errorRatio('1d'), { where: of, offset: '1d' });
  const enough = select(recorded.errorsAllowed('30d'), { where: of }).gt(LEAST_ALLOWED);
  return select(recorded.budgetRemaining('30d'), { where: of }).and(watched).and(enough);
}

/** Returns how many times too fast a budget burns, over a window. */
export function burnRate(window: string): Expression<Label> {
  return forEach((slo) =>
    select(recorded.errorRatio(window), { where: recordedFor({ slo: slo.name }) }).dividedBy(budget(slo)),
  );
}

/** Returns the objective, beside each server that it applies to. */
export function promised(): Expression<Label> {
  return forEach((slo) =>
    select(recorded.errorRatio('1h'), { where: recordedFor({ slo: slo.name }) })
      .times(0)
      .plus(slo.objective),
  );
}

/** Returns the share of good events in the time that the budget is for. */
export function kept(): Expression<Label> {
  return forEach((slo) => {
    const spent = constant(1).minus(knownBudget({ slo: slo.name }));
    return constant(1).minus(spent.times(budget(slo)));
  });
}

/**
 * Returns in how many seconds the budget ends if it burns as in the last hour. It has no series where the
 * budget recovers faster than it burns.
 */
export function lasts(): Expression<Label> {
  const left = clampMin(knownBudget(), 0).times(seconds(DEFAULT_WINDOW));
  return left.dividedBy(burnRate('1h').gt(1));
}

function forEach(of: (slo: Slo) => Expression<Label>): Expression<Label> {
  const [first, ...others] = SLOS.map(of);
  if (!first) throw new Error('Expected at least one SLO');
  return others.reduce((all, next) => all.or(next), first);
}
