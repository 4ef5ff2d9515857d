import { Expression } from './expression.js';
import { quote } from './matcher.js';
import type { Counter, Gauge, LabelOf } from './metric.js';
import { type RangeSelection, rangeText, type Selection, selectorText } from './selector.js';

/**
 * The share of a part in a whole with the same labels: 0 where the part has no series yet, nothing where the whole is
 * 0 or unknown.
 */
export function ratio<Label extends string>(
  part: Expression<Label>,
  whole: Expression<NoInfer<Label>>,
): Expression<Label> {
  return part.or(whole.times(0)).dividedBy(whole.gt(0)) as Expression<Label>;
}

/** 1 when there is no such series. */
export function absent<M extends Counter | Gauge>(
  metric: M,
  selection: Selection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(`absent(${selectorText(metric, selection)})`);
}

/** 1 when there was no such series in the whole window. */
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

/** A number as a series without labels: `sum(…).or(vector(0))` is 0 where there is nothing. */
export function vector(value: number): Expression<never> {
  return new Expression(`vector(${value})`);
}

/** Values below a bound become the bound. */
export function clampMin<Label extends string>(of: Expression<Label>, bound: number): Expression<Label> {
  return of.inside((inner) => `clamp_min(${inner}, ${bound})`);
}

/** Gives every series whose label matches a label of its own: `$1` in the replacement is the first group. */
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
