import { unexpected } from '../expected.js';
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
 * Returns how fast a counter grows, per second. Series are summed `by` or `without` labels if these are
 * given.
 */
export const rate: OfCounter = ofCounter('rate');

/**
 * The same, but between the last two samples only. It is right as soon as there are two samples, while `rate`
 * spreads the growth over the whole window. It varies more than `rate`.
 */
export const irate: OfCounter = ofCounter('irate');

/** Returns how much a counter grew in the window. Grouped like `rate`. */
export const increase: OfCounter = ofCounter('increase');

export type Growth = 'rate' | 'irate' | 'increase';

/** Applies a function over time to a counter, and sums the series if a grouping is given. */
export function growth(
  name: Growth,
  counter: Counter,
  options: RangeSelection<string> & AnyGrouping,
): Expression<never> {
  const over = (series: string) =>
    new Expression<never>(`${name}(${rangeText({ ...counter, name: series }, options)})`);
  const { part } = counter;
  if (part === undefined) return summed(over(counter.name), options);
  if (part.is === 'bucket') return ofBuckets(over, part.of, options);
  const classic = over(`${part.of}_${part.is}`);
  const native = over(part.of).inside<never>((inner) => `histogram_${part.is}(${inner})`);
  const each = Expression.byForm({
    classic: () => classic,
    native: () => native,
    both: () => classic.or(native),
  });
  return summed(each, options);
}

/**
 * A native histogram has all buckets in one series. In the form `both`, classic series are preferred where
 * they exist.
 */
function ofBuckets(
  over: (series: string) => Expression<never>,
  name: string,
  options: RangeSelection<string> & AnyGrouping,
): Expression<never> {
  const { where, by, without } = options;
  const others = by?.filter((label) => label !== 'le');
  const classic = summed(over(`${name}_bucket`), options);
  const native = (): Expression<never> => {
    if (where?.le === undefined) return summed(over(name), others ? { by: others } : options);
    throw unexpected('where', 'without `le`, which native histograms do not have', where.le);
  };
  const matching = others ? { on: others } : { ignoring: ['le', ...(without ?? [])] };
  return Expression.byForm({
    classic: () => classic,
    native,
    both: () => classic.or(native().unless<never>(classic, matching as { on: never[] })),
  });
}

/** Sums the series if a grouping is given. */
export function summed(each: Expression<never>, options: AnyGrouping): Expression<never> {
  if (!options.by && !options.without) return each;
  return each.inside((inner) => aggregationText('sum', inner, options));
}

function ofCounter(name: Growth): OfCounter {
  return (counter: Counter, options: RangeSelection<string> & AnyGrouping = {}) =>
    growth(name, counter, options);
}
