/**
 * Returns the share of observations that is at most `bound`, if their logarithms are normally distributed.
 */
export function shareUpTo(bound: number, { median, spread }: { median: number; spread: number }): number {
  return normal(Math.log(bound / median) / spread);
}

/**
 * Returns the distribution function of the normal distribution,
 * approximated after Abramowitz and Stegun (26.2.17).
 */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = terms.reduceRight((rest, term) => (rest + term) * t, 0);
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
  return x < 0 ? tail : 1 - tail;
}
