import { setTimeout as delay } from 'node:timers/promises';
import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { poll } from '../net/poll.js';
import { secondsOf, spoken } from './duration.js';
import { flags, instantQuery, prometheusApi, runtime } from './prometheus-api.js';

/** Seconds after which discovery hands on what it found. Prometheus has no option for it. */
const DISCOVERY = 5;
/** For stores that do not say how often discovered targets are taken. */
const TAKEN_EVERY = '5s';
/** Targets that are scraped more rarely are not waited for. */
const LONGEST_INTERVAL = 60;
/** Seconds that a scrape and all around it may take. */
const RESERVE = 10;
/** The share of the timeout that may be spent waiting. */
const SHARE = 0.4;
const BETWEEN_MS = 500;

interface Began {
  /** When it started, or took the configuration that it has, by the clock of `performance`. */
  readonly at: number;
  /** Seconds until targets are what that configuration names. */
  readonly discovery: number;
}

/** Undefined where a store does not say it. */
const began: Fact<Began | undefined> = async (context) => {
  try {
    const [{ startTime, lastConfigTime }, set, [now]] = await Promise.all([
      context.get(runtime),
      context.get(flags),
      instantQuery(context, 'vector(time())'),
    ]);
    const age = now!.value * 1_000 - Math.max(Date.parse(startTime), Date.parse(lastConfigTime));
    if (!(age >= 0)) return undefined;
    const takenEvery = secondsOf(set['scrape.discovery-reload-interval'] ?? TAKEN_EVERY);
    return { at: performance.now() - age, discovery: DISCOVERY + takenEvery };
  } catch {
    return undefined;
  }
};

function ageOf({ at }: Began): number {
  return (performance.now() - at) / 1_000;
}

/** Tells whether Prometheus started, or took another configuration, less than so many seconds after the discovery ago. */
export async function isYoung(context: Context, seconds: number): Promise<boolean> {
  const begin = await context.get(began);
  return begin !== undefined && ageOf(begin) < begin.discovery + seconds;
}

/**
 * Waits until targets and Alertmanagers are those of the configuration. Until then Prometheus shows none, or old ones.
 *
 * @throws CannotRun if there is no time to wait
 */
export const discovered: Fact<void> = async (context) => {
  const begin = await context.get(began);
  if (begin === undefined) return;
  const left = begin.discovery - ageOf(begin);
  if (left <= 0) return;
  if (left > longestWait(context)) throw tooEarly(begin, 'has not discovered its targets', left);
  await delay(left * 1_000, undefined, { signal: context.signal });
};

interface Pending {
  readonly scrapeUrl: string;
  readonly health: string;
  readonly scrapeInterval?: string;
}

/**
 * Waits until what was discovered has been scraped once.
 *
 * @throws CannotRun if there is no time to wait
 */
export const scraped: Fact<void> = async (context) => {
  await context.get(discovered);
  const begin = await context.get(began);
  if (begin === undefined || !(await isYoung(context, LONGEST_INTERVAL + RESERVE))) return;
  const left = await poll(
    context.signal,
    { forMs: longestWait(context) * 1_000, everyMs: BETWEEN_MS },
    () => pendingTargets(context, begin),
    (pending) => pending.length === 0,
  );
  if (left.length === 0) return;
  const longest = Math.max(...left.map(intervalOf));
  throw tooEarly(
    begin,
    `has not scraped ${left[0]!.scrapeUrl}`,
    begin.discovery + longest + RESERVE - ageOf(begin),
  );
};

/** The targets that have not been scraped, and will be soon. */
async function pendingTargets(context: Context, begin: Began): Promise<Pending[]> {
  const { activeTargets } = await prometheusApi<{ activeTargets: Pending[] }>(
    context,
    'targets?state=active',
  );
  return activeTargets.filter((target) => {
    const interval = intervalOf(target);
    const isLate = ageOf(begin) > begin.discovery + interval + RESERVE;
    return target.health === 'unknown' && interval <= LONGEST_INTERVAL && !isLate;
  });
}

function intervalOf({ scrapeInterval = '15s' }: Pending): number {
  return secondsOf(scrapeInterval);
}

/** Returns the seconds that one wait may take. */
export function longestWait({ settings }: Context): number {
  return settings.timeout * SHARE;
}

function tooEarly(begin: Began, hasNot: string, left: number): CannotRun {
  const age = spoken(Math.round(ageOf(begin)));
  return new CannotRun(
    `Prometheus started or was reloaded ${age} ago, and ${hasNot} yet: ask again in ${spoken(Math.ceil(left))}`,
    'PMCP-D109',
  );
}
