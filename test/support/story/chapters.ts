/**
 * The times of the story, in seconds.
 * It has two hours: calm, a deployment, the incident that it causes, the recovery.
 */

const MINUTE = 60;
export const END = Date.UTC(2026, 10, 2, 12) / 1000;
export const START = END - 120 * MINUTE;
/** Seconds between scrapes of the story's server, and of everything else. */
export const STEP = 30;
export const RARELY = 60;

/** When the broken version is deployed to one replica after the other, and when it is rolled back. */
export const DEPLOYED = START + 50 * MINUTE;
const ROLLED_BACK = START + 92 * MINUTE;
const BREAKS = START + 60 * MINUTE;
const WORST = START + 68 * MINUTE;
const HEALED = START + 100 * MINUTE;
/** The start of a server that is scraped twice before the end. */
export const BORN = END - RARELY;

export const VERSIONS = { before: '1.4.2', broken: '1.5.0', mended: '1.5.1' } as const;

/** The end of the hour whose picture shows each chapter. */
export const CHAPTERS = {
  calm: START + 48 * MINUTE,
  deploy: START + 56 * MINUTE,
  incident: START + 85 * MINUTE,
  recovery: END,
} as const;

/** Returns how bad the incident is, from 0 to 1. */
export function severity(time: number): number {
  if (time <= BREAKS || time >= HEALED) return 0;
  if (time < WORST) return (time - BREAKS) / (WORST - BREAKS);
  if (time > ROLLED_BACK) return (HEALED - time) / (HEALED - ROLLED_BACK);
  return 1;
}

/** Returns when a replica restarts with a new version. The replicas restart one after the other. */
export function restarts(replica: number): readonly [number, number] {
  return [DEPLOYED + replica * MINUTE, ROLLED_BACK + replica * MINUTE];
}

/** Returns the relative load: a slow wave around 1. */
export function busy(time: number): number {
  return 1 + 0.15 * Math.sin(((time - START) / (80 * MINUTE)) * 2 * Math.PI);
}

/** Returns a value between the usual and the worst. */
export function between(usual: number, worst: number, share: number): number {
  return usual + (worst - usual) * share;
}
