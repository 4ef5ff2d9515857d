import { seconds } from '../alerts/duration.js';
import { recorded } from '../alerts/slo/recording.js';
import { budget, DEFAULT_WINDOW, type Slo } from '../alerts/slo/slo.js';
import { SLOS } from '../alerts/slos.js';
import { clampMin, constant, type Expression, select, type TargetLabel } from '../prometheus/promql.js';
import { recordedFor } from './query.js';

type Label = 'slo' | 'name' | TargetLabel;

/** Where the whole budget is fewer bad events, each of them is a tenth of it or more. */
const LEAST_ALLOWED = 10;

/**
 * The share of the error budget that is left, by SLO and server. Of a server that has been watched for less than a day it
 * would tell of minutes as if they were the month, and of one with few requests a single failure would be most of it:
 * nothing is known of them yet.
 */
export function knownBudget(where: { readonly slo?: string } = {}): Expression<Label> {
  const of = recordedFor(where);
  const watched = select(recorded.errorRatio('1d'), { where: of, offset: '1d' });
  const enough = select(recorded.errorsAllowed('30d'), { where: of }).gt(LEAST_ALLOWED);
  return select(recorded.budgetRemaining('30d'), { where: of }).and(watched).and(enough);
}

/** How many times too fast a budget burns, over a window. */
export function burnRate(window: string): Expression<Label> {
  return forEach((slo) =>
    select(recorded.errorRatio(window), { where: recordedFor({ slo: slo.name }) }).dividedBy(budget(slo)),
  );
}

/** What is promised, beside each server that keeps it or not. */
export function promised(): Expression<Label> {
  return forEach((slo) =>
    select(recorded.errorRatio('1h'), { where: recordedFor({ slo: slo.name }) })
      .times(0)
      .plus(slo.objective),
  );
}

/** What was kept of the promise in the time that its budget is for. */
export function kept(): Expression<Label> {
  return forEach((slo) => {
    const spent = constant(1).minus(knownBudget({ slo: slo.name }));
    return constant(1).minus(spent.times(budget(slo)));
  });
}

/** When the budget ends, in seconds, if all goes on as in the last hour; nothing where it burns slower than it comes back. */
export function lasts(): Expression<Label> {
  const left = clampMin(knownBudget(), 0).times(seconds(DEFAULT_WINDOW));
  return left.dividedBy(burnRate('1h').gt(1));
}

function forEach(of: (slo: Slo) => Expression<Label>): Expression<Label> {
  const [first, ...others] = SLOS.map(of);
  if (!first) throw new Error('Expected at least one SLO');
  return others.reduce((all, next) => all.or(next), first);
}
