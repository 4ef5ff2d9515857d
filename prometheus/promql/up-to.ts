import { unexpected } from '../expected.js';
import { type Matcher, oneOf } from './matcher.js';
import type { Histogram } from './metric.js';

/**
 * Matches the bucket of a histogram that ends at a bound, for the label `le`:
 * `increase(bucketsOf(m), { where: { le: upTo(m, 1) } })` counts the observations of at most 1. It matches
 * every spelling of the bound: Prometheus 2 keeps the spelling of the scraped page, Prometheus 3 has its own.
 * @throws TypeError if no bucket ends there
 */
export function upTo({ name, buckets = [] }: Histogram, bound: number): Matcher {
  if (!buckets.includes(bound))
    throw unexpected('bound', `a bucket of ${name}: ${buckets.join(', ')}`, bound);
  return oneOf([...new Set([String(bound), withFraction(String(bound)), asGoPrints(bound)])]);
}

function withFraction(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Returns the bound as Prometheus 3 writes it: with an exponent of at least two digits below 1e-4 and from
 * 1e6, otherwise with a fraction.
 */
function asGoPrints(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return withFraction(String(value));
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
