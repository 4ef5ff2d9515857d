const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Returns the seconds of a duration, as Prometheus writes it (`1h30m`) or Compose (`1.5s`). */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(ms|s|m|h|d|w|y)/g)];
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 1), 0);
}

/** Writes seconds for people, in the largest unit that fits. */
export function spoken(seconds: number): string {
  const [unit, size] = (
    [
      ['d', 86_400],
      ['h', 3_600],
      ['min', 60],
    ] as const
  ).find(([, size]) => Math.abs(seconds) >= size) ?? ['s', 1];
  return `${Number((seconds / size).toFixed(1))} ${unit}`;
}
