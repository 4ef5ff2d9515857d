import type { AnyGrouping, Grouping } from './aggregate.js';
import { type Growth, growth } from './counters.js';
import type { Duration } from './duration.js';
import { Expression } from './expression.js';
import { bucketsOf, countOf, type Gauge, type Histogram, type LabelOf, nativeOf, sumOf } from './metric.js';
import { Observations } from './observations.js';
import { type RangeSelection, type Selection, selectorText } from './selector.js';

type Label<M extends Histogram> = LabelOf<M>;
type Options<M extends Histogram, Kept extends Label<M>, Dropped extends Label<M>> = RangeSelection<
  Label<M>
> &
  Grouping<Kept, Dropped>;
type AnyOptions = RangeSelection<string> & AnyGrouping;

/** Returns the observations of a histogram, per second or in the whole window. Grouped like `rate`. */
export function observed<
  M extends Histogram,
  Kept extends Label<M> = Label<M>,
  Dropped extends Label<M> = never,
>(of: M, options?: Options<M, Kept, Dropped>, name: Growth = 'rate'): Observations<Exclude<Kept, Dropped>> {
  const { by, without, ...range }: AnyOptions = options ?? {};
  return new Observations({
    histogram: of,
    buckets: (le) => {
      const bucket = le === undefined ? range : { ...range, where: { ...range.where, le } };
      return new Expression(growth(name, bucketsOf(of), bucket).in('classic'));
    },
    native: growth(name, nativeOf(of), range),
    grouping: { ...(by && { by }), ...(without && { without }) },
  });
}

/** The series that rules recorded from a histogram, per second and in both forms. */
export interface Recorded<L extends string> {
  readonly of: Histogram;
  readonly buckets: Gauge<readonly (L | 'le')[]>;
  readonly native: Gauge<readonly L[]>;
}

/** Returns the observations of a histogram from its recorded series. */
export function recordedOf<L extends string, Kept extends L | LabelOf<Gauge<readonly []>>>(
  { of, buckets, native }: Recorded<L>,
  { by, where }: Selection<L | LabelOf<Gauge<readonly []>>> & { readonly by: readonly Kept[] },
): Observations<Kept> {
  return new Observations({
    histogram: of,
    buckets: (le) =>
      new Expression(selectorText(buckets, { where: le === undefined ? { ...where } : { ...where, le } })),
    native: new Expression(selectorText(native, { where: { ...where } })),
    grouping: { by },
  });
}

/** No Prometheus has samples from then, so it reads none. */
const LONG_AGO: Duration = '500w';

/**
 * Returns a query without a result, with which Grafana finds the exemplars of a histogram: it only takes the selectors.
 * Recorded series have no exemplars.
 */
export function exemplarsOf<M extends Histogram>(
  of: M,
  selection: Pick<Selection<Label<M>>, 'where'>,
): Expression<never> {
  const none = (name: string) =>
    new Expression<never>(`count(${selectorText({ ...of, name }, { ...selection, offset: LONG_AGO })})`).lt(
      0,
    );
  const [classic, native] = [none(`${of.name}_bucket`), none(of.name)];
  return Expression.byForm({
    classic: () => classic,
    native: () => native,
    both: () => classic.or(native),
  });
}

/**
 * Returns the value that a fraction of the observations, 0 to 1, does not exceed. It is estimated from the
 * buckets. Grouped like `rate`.
 */
export function quantile<
  M extends Histogram,
  Kept extends Label<M> = Label<M>,
  Dropped extends Label<M> = never,
>(fraction: number, of: M, options?: Options<M, Kept, Dropped>): Expression<Exclude<Kept, Dropped>> {
  return observed(of, options).quantile(fraction);
}

/** Returns the average of the observations, and no series where there were none. Grouped like `rate`. */
export function mean<M extends Histogram, Kept extends Label<M> = Label<M>, Dropped extends Label<M> = never>(
  of: M,
  options?: Options<M, Kept, Dropped>,
): Expression<Exclude<Kept, Dropped>> {
  const grouped: AnyOptions = options ?? {};
  return growth('rate', sumOf(of), grouped).dividedBy(growth('rate', countOf(of), grouped).gt(0));
}

/**
 * Returns the share of the observations that were not above a bound, 0 to 1. It has no series where there
 * were no observations. For classic histograms it is exact, since the bound must be that of a bucket. Grouped
 * like `rate`.
 */
export function share<
  M extends Histogram,
  Kept extends Label<M> = Label<M>,
  Dropped extends Label<M> = never,
>(
  of: M,
  { under, ...options }: Options<M, Kept, Dropped> & { readonly under: number },
): Expression<Exclude<Kept, Dropped>> {
  const grouped: AnyOptions = options;
  const all = growth('rate', countOf(of), grouped);
  return observed(of, grouped as Options<M, Kept, Dropped>)
    .atMost(under)
    .dividedBy(all.gt(0));
}
