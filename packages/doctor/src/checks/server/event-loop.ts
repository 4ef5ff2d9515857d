import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../../check.js';
import type { Context } from '../../context.js';
import { secondsOf } from '../../facts/duration.js';
import { metricsPage, scrape } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { matchersOf, medianOf, query } from '../../facts/prometheus.js';
import { largest, type Sample } from '../../facts/samples.js';

/** Seconds by which one of a hundred timers may be late. This is the limit for the 99th percentile. */
const LATE = 0.35;
/** How often the lag is measured, so that a single garbage collection does not count. */
const LOOKS = 3;
const BETWEEN_MS = 1_000;
/** Prometheus is asked about this many seconds, or about this many scrapes if that is longer. */
const SHORTEST = 10;
const SCRAPES = 4;

export const eventLoopIsFree: Check = {
  code: 'PMCP-D018',
  group: 'server',
  title: 'The event loop is not held up.',
  why: 'While one call computes, all others wait, and so do probes and scrapes.',
  cure: 'Find what holds it: `npx pmcp-observability profile http://HOST:9090`, with `PMCP_METRICS_PROFILING=true`. Move it to a worker thread, or add CPU.',
  needs: [['url', 'admin']],
  rights: 'GET of `/metrics` on the admin port; with `--prometheus`, GET of `/api/v1/query`.',
  severity: 'warn',
  after: ['PMCP-D011'],
  async run(context) {
    // A page that others scrape too only covers the time since their last scrape.
    const seconds = (await lateness(context)) ?? (await inPrometheus(context));
    if (seconds === undefined) return [];
    return [{ found: `the event loop is ${seconds.toFixed(2)} s late, expected less than ${LATE} s` }];
  },
};

/** Returns the lowest lag of all measurements, or undefined if one is below the limit. */
async function lateness(context: Context): Promise<number | undefined> {
  let samples: readonly Sample[] = (await context.get(metricsPage)).samples;
  let least = Number.POSITIVE_INFINITY;
  for (let look = 1; ; look++) {
    least = Math.min(least, largest(samples, 'nodejs_eventloop_lag_p99_seconds'));
    // The lag is NaN if no time has passed since the last scrape.
    if (!(least >= LATE)) return undefined;
    if (look === LOOKS) return least;
    await delay(BETWEEN_MS, undefined, { signal: context.signal });
    samples = await scrape(context);
  }
}

/** Returns the median lag of the last scrapes, which one start does not raise; undefined if it is below the limit or unknown. */
async function inPrometheus(context: Context): Promise<number | undefined> {
  if (context.settings.prometheus === undefined) return undefined;
  // Other checks report that Prometheus cannot be asked, or does not scrape the server.
  const target = await context.get(ownTarget).catch(() => undefined);
  if (target === undefined) return undefined;
  const window = Math.max(SHORTEST, SCRAPES * secondsOf(target.scrapeInterval));
  const lag = `nodejs_eventloop_lag_p99_seconds{${matchersOf(target)}}`;
  const [found] = await query(context, medianOf(lag, `${window}s`, LOOKS)).catch(() => []);
  return found && found.value >= LATE ? found.value : undefined;
}
