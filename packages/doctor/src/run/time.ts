import type { DoctorSettings } from '@pmcp/observability/internal';
import { Context, type Settings, USUAL_SECONDS } from '../context.js';
import { secondsOf } from '../facts/duration.js';
import { isServer, targets } from '../facts/prometheus.js';

/** Seconds that a scrape, and the steps before it, may take. */
export const SCRAPE_SECONDS = 5;
/** The share of the time for all checks that the wait for a scrape may take. */
const SHARE = 0.8;

/** The share that a stream may be held open. */
const HOLD_SHARE = 0.7;

/** Nobody waits for a scrape that is rarer: a check says so. */
const LONGEST_INTERVAL = 60;
const PATIENCE_MS = 5_000;

/** Returns the seconds that all checks may take together. */
export async function secondsFor(settings: DoctorSettings, say: (text: string) => void): Promise<number> {
  if (settings.timeout !== undefined) return settings.timeout;
  const usual = Math.max(USUAL_SECONDS, Math.ceil(settings.holdStream / HOLD_SHARE));
  const interval = await longestInterval(settings).catch(() => 0);
  if (hasTimeFor(usual, interval)) return usual;
  const seconds = Math.max(usual, secondsForScrape(interval));
  say(
    `Prometheus scrapes a server every ${interval} s: this may take ${seconds} s, or as long as --timeout says.\n`,
  );
  return seconds;
}

/** Tells whether the time for all checks suffices to wait for a scrape. */
export function hasTimeFor(seconds: number, interval: number): boolean {
  return interval + SCRAPE_SECONDS <= seconds * SHARE;
}

/** Returns the seconds in which a call arrives in Prometheus, the other checks included. */
export function secondsForScrape(interval: number): number {
  return Math.ceil(1.5 * interval + 15);
}

/** Returns how long a quiet stream is held open. Less than one check may take, for it begins after others. */
export function secondsToHold({ holdStream, timeout }: Pick<Settings, 'holdStream' | 'timeout'>): number {
  return Math.min(holdStream, timeout * HOLD_SHARE);
}

/** Returns the longest scrape interval of the servers, if a call is made and followed to Prometheus. */
async function longestInterval(settings: DoctorSettings): Promise<number> {
  if (!settings.url || !settings.prometheus) return 0;
  const context = new Context({ ...settings, timeout: USUAL_SECONDS }, AbortSignal.timeout(PATIENCE_MS));
  const all = (await context.get(targets)).filter(isServer);
  const intervals = all.map(({ scrapeInterval }) => secondsOf(scrapeInterval));
  return Math.max(0, ...intervals.filter((interval) => interval <= LONGEST_INTERVAL));
}
