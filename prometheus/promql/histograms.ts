import { unexpected } from '../expected.js';
import type { AnyGrouping, Grouping } from './aggregate.js';
import { growthText } from './counters.js';
import { Expression } from './expression.js';
import { type Matcher, oneOf } from './matcher.js';
import { bucketsOf, type Counter, countOf, type Histogram, type LabelOf, sumOf } from './metric.js';
import type { RangeSelection } from './selector.js';

type Label<M extends Histogram> = LabelOf<M>;
type Options<M extends Histogram, Kept extends Label<M>, Dropped extends Label<M>> = RangeSelection<
  Label<M>
> &
  Grouping<Kept, Dropped>;
type AnyOptions = RangeSelection<string> & AnyGrouping;

/**
 * The value that a fraction of the observations, 0 to 1, does not exceed, estimated from the buckets.
 * Grouped as `rate` is.
 */
export function quantile<
  M extends Histogram,
  Kept extends Label<M> = Label<M>,
  Dropped extends Label<M> = never,
>(fraction: number, of: M, options?: Options<M, Kept, Dropped>): Expression<Exclude<Kept, Dropped>> {
  const { by, ...others }: AnyOptions = options ?? {};
  const grouped = by ? { ...others, by: ['le', ...by] } : others;
  return new Expression(`histogram_quantile(${checkFraction(fraction)}, ${rateOf(bucketsOf(of), grouped)})`);
}

/** As `quantile`, of buckets whose rates are known already: those that a rule has recorded. */
export function quantileOf<Label extends string>(
  fraction: number,
  buckets: Expression<Label | 'le'>,
): Expression<Exclude<Label, 'le'>> {
  return new Expression(`histogram_quantile(${checkFraction(fraction)}, ${buckets})`);
}

/** The average of the observations; nothing where there were none. Grouped as `rate` is. */
export function mean<M extends Histogram, Kept extends Label<M> = Label<M>, Dropped extends Label<M> = never>(
  of: M,
  options?: Options<M, Kept, Dropped>,
): Expression<Exclude<Kept, Dropped>> {
  const grouped: AnyOptions = options ?? {};
  return rateOf(sumOf(of), grouped).dividedBy(rateOf(countOf(of), grouped).gt(0));
}

/**
 * The share of the observations that were not above a bound, 0 to 1; nothing where there were none. Exact, for the
 * bound must be one of a bucket. Grouped as `rate` is.
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
  const { where, by, without = [] } = grouped;
  const bucket = { ...grouped, where: { ...where, le: upTo(of, under) } };
  const reached = rateOf(bucketsOf(of), by ? bucket : { ...bucket, without: [...without, 'le'] });
  return reached.dividedBy(rateOf(countOf(of), grouped).gt(0));
}

/**
 * The bucket of a histogram that ends at a bound, for the label `le`:
 * `increase(bucketsOf(m), { where: { le: upTo(m, 1) } })` counts what took at most 1. It matches every way to spell the
 * bound: Prometheus 2 keeps the spelling of the scraped page, Prometheus 3 has its own.
 * @throws TypeError when no bucket ends there
 */
export function upTo({ name, buckets = [] }: Histogram, bound: number): Matcher {
  if (!buckets.includes(bound))
    throw unexpected('bound', `a bucket of ${name}: ${buckets.join(', ')}`, bound);
  return oneOf([...new Set([String(bound), withFraction(String(bound)), asGoPrints(bound)])]);
}

function checkFraction(fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw unexpected('fraction', 'a number from 0 to 1', fraction);
  return fraction;
}

function rateOf(counter: Counter, options: AnyOptions): Expression<never> {
  return new Expression(growthText('rate', counter, options));
}

function withFraction(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** As Prometheus 3 spells it: with an exponent of at least two digits below 1e-4 and from 1e6, else with a fraction. */
function asGoPrints(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return withFraction(String(value));
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
