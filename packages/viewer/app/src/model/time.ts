const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Converts a duration such as `30s` or `1h` to milliseconds. @throws RangeError if it is no duration */
export function durationMs(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|[smhdwMy])$/.exec(text.trim()) ?? [];
  const size = UNITS[unit];
  if (amount === undefined || size === undefined) {
    throw new RangeError(`Expected a duration like 30s or 1h, got "${text}"`);
  }
  return Number(amount) * size;
}

/** Round steps, in milliseconds. */
const STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);

/** Returns the step between the points of a curve: round, at least `minMs`, for at most `points` points. */
export function stepFor(rangeMs: number, points: number, minMs: number): number {
  const exact = Math.max(rangeMs / Math.max(points, 1), minMs);
  return STEPS.find((step) => step >= exact) ?? Math.ceil(exact / 86_400_000) * 86_400_000;
}

/** Returns the window of `rate`: at least four scrapes, so that a missed scrape leaves no gap. */
export function rateIntervalMs(stepMs: number, scrapeMs: number): number {
  return Math.max(stepMs + scrapeMs, 4 * scrapeMs);
}

/** Formats a duration for PromQL. */
export function promqlDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
