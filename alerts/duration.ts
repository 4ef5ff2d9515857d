import { unexpected } from '../prometheus/expected.js';
import { type Duration, isDuration } from '../prometheus/promql.js';

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/**
 * Converts a duration to seconds.
 * @throws TypeError unless Prometheus accepts it
 */
export function seconds(duration: Duration): number {
  if (!isDuration(duration)) throw unexpected('duration', 'a duration such as 5m', duration);
  const parts = [...(duration as string).matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * MS[unit as keyof typeof MS], 0) / 1_000;
}

/** Multiplies a duration by a scale. The result is at least a millisecond, the shortest duration there is. */
export function scaled(duration: Duration, scale: number): Duration {
  if (scale === 1) return duration;
  const ms = Math.max(1, Math.round(seconds(duration) * 1_000 * scale));
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
