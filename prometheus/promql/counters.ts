import { type AnyGrouping, aggregationText, type Grouping } from './aggregate.js';
import { Expression } from './expression.js';
import type { Counter, LabelOf } from './metric.js';
import { type RangeSelection, rangeText } from './selector.js';

type OfCounter = <
  M extends Counter,
  Kept extends LabelOf<M> = LabelOf<M>,
  Dropped extends LabelOf<M> = never,
>(
  counter: M,
  options?: RangeSelection<LabelOf<M>> & Grouping<Kept, Dropped>,
) => Expression<Exclude<Kept, Dropped>>;

/**
 * How fast a counter grows, per second. Summed `by` or `without` labels, when these are given; every series by itself
 * when not.
 */
export const rate: OfCounter = ofCounter('rate');

/**
 * The same between the last two samples only: right as soon as there are two, where `rate` shares out what it has seen
 * over the whole window; less calm.
 */
export const irate: OfCounter = ofCounter('irate');

/** By how much a counter grew. Summed as `rate` is. */
export const increase: OfCounter = ofCounter('increase');

/** A function over time of a counter, summed where a grouping is given. */
export function growthText(
  name: 'rate' | 'irate' | 'increase',
  counter: Counter,
  options: RangeSelection<string> & AnyGrouping,
): string {
  const call = `${name}(${rangeText(counter, options)})`;
  return options.by || options.without ? aggregationText('sum', call, options) : call;
}

function ofCounter(name: 'rate' | 'irate' | 'increase'): OfCounter {
  return (counter: Counter, options: RangeSelection<string> & AnyGrouping = {}) =>
    new Expression<never>(growthText(name, counter, options));
}
