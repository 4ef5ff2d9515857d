import { Expression } from './expression.js';
import { quote } from './matcher.js';
import type { Counter, Gauge, LabelOf } from './metric.js';
import { type RangeSelection, rangeText, type Selection, selectorText } from './selector.js';

/**
 * Divides a part by a whole with the same labels. The result is 0 where the part has no series yet. It has no
 * series where the whole is 0 or unknown.
 */
export function ratio<Label extends string>(
  part: Expression<Label>,
  whole: Expression<NoInfer<Label>>,
): Expression<Label> {
  return part.or(whole.times(0)).dividedBy(whole.gt(0)) as Expression<Label>;
}

/** Returns 1 if no such series exists. */
export function absent<M extends Counter | Gauge>(
  metric: M,
  selection: Selection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(`absent(${selectorText(metric, selection)})`);
}

/** Returns 1 if no such series existed in the whole window. */
export function absentOverTime<M extends Counter | Gauge>(
  metric: M,
  selection: RangeSelection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(`absent_over_time(${rangeText(metric, selection)})`);
}

/** The time of evaluation, in seconds since 1970. */
export function time(): Expression<never> {
  return new Expression('time()');
}

/** When each series had its last sample, in seconds since 1970. */
export function timestamp<M extends Counter | Gauge>(
  metric: M,
  selection: Selection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(`timestamp(${selectorText(metric, selection)})`);
}

/** Returns a number as a series without labels: `sum(…).or(vector(0))` is 0 if there is nothing to sum. */
export function vector(value: number): Expression<never> {
  return new Expression(`vector(${value})`);
}

/** Raises values below a bound to the bound. */
export function clampMin<Label extends string>(of: Expression<Label>, bound: number): Expression<Label> {
  return of.inside((inner) => `clamp_min(${inner}, ${bound})`);
}

/**
 * Adds the label `label` to every series whose label `from` matches. `$1` in the replacement is the first
 * group.
 */
export function labelReplace<Label extends string, const Added extends string>(
  of: Expression<Label>,
  { label, replacement, from, regex }: Replacing<Label, Added>,
): Expression<Label | Added> {
  const texts = [label, replacement, from, regex].map(quote);
  return of.inside((inner) => `label_replace(${inner}, ${texts.join(', ')})`);
}

interface Replacing<Label extends string, Added extends string> {
  readonly label: Added;
  readonly replacement: string;
  readonly from: Label;
  readonly regex: string;
}
