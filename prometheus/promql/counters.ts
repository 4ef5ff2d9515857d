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

export type Growth = 'rate' | 'irate' | 'increase';

/** A function over time of a counter, summed where a grouping is given. */
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

/** Native histograms have all buckets in one; while some series are classic, those say it where there are any. */
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

/** The sum of series, where a grouping is given. */
export function summed(each: Expression<never>, options: AnyGrouping): Expression<never> {
  if (!options.by && !options.without) return each;
  return each.inside((inner) => aggregationText('sum', inner, options));
}

function ofCounter(name: Growth): OfCounter {
  return (counter: Counter, options: RangeSelection<string> & AnyGrouping = {}) =>
    growth(name, counter, options);
}
