import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../../check.js';
import type { Context } from '../../context.js';
import { secondsOf } from '../../facts/duration.js';
import { metricsPage, scrape } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { query } from '../../facts/prometheus.js';
import { type Sample, total } from '../../facts/samples.js';

/** Seconds by which one of a hundred timers may be late. */
const LATE = 0.35;
/** So many looks that one collection of garbage does not count. */
const LOOKS = 3;
const BETWEEN_MS = 1_000;
/** Seconds, and scrapes, over which the mean is taken. */
const SHORTEST = 10;
const SCRAPES = 4;

export const eventLoopIsFree: Check = {
  code: 'PMCP-D018',
  group: 'server',
  title: 'The event loop is not held up.',
  why: 'While one call computes, all others wait, and so do probes and scrapes.',
  cure: 'Find what holds it: `npx pmcp-observability profile http://HOST:9090`, with `PMCP_METRICS_PROFILING=true`. Move it to a worker thread, or add CPU.',
  needs: ['url'],
  rights: 'GET of `/metrics` on the admin port; with `--prometheus`, GET of `/api/v1/query`.',
  severity: 'warn',
  after: ['PMCP-D011'],
  async run(context) {
    // A page that others read too shows only the time since they did.
    const seconds = (await lateness(context)) ?? (await inPrometheus(context));
    if (seconds === undefined) return [];
    return [{ found: `the event loop is ${seconds.toFixed(2)} s late, expected less than ${LATE} s` }];
  },
};

/** How late it was at best; undefined when that is no matter. */
async function lateness(context: Context): Promise<number | undefined> {
  let samples: readonly Sample[] = (await context.get(metricsPage)).samples;
  let least = Number.POSITIVE_INFINITY;
  for (let look = 1; ; look++) {
    least = Math.min(least, total(samples, 'nodejs_eventloop_lag_p99_seconds') ?? 0);
    // What is no number was measured over no time at all.
    if (!(least >= LATE)) return undefined;
    if (look === LOOKS) return least;
    await delay(BETWEEN_MS, undefined, { signal: context.signal });
    samples = await scrape(context);
  }
}

/** How late it was on average in the last scrapes; undefined when that is no matter, or nobody knows. */
async function inPrometheus(context: Context): Promise<number | undefined> {
  if (context.settings.prometheus === undefined) return undefined;
  // Whether Prometheus can be asked and has the server is the question of others.
  const target = await context.get(ownTarget).catch(() => undefined);
  if (target === undefined) return undefined;
  const { job = '', instance = '' } = target.labels;
  const window = Math.max(SHORTEST, SCRAPES * secondsOf(target.scrapeInterval));
  const lag = `nodejs_eventloop_lag_p99_seconds{job=${JSON.stringify(job)},instance=${JSON.stringify(instance)}}`;
  const [found] = await query(context, `avg_over_time(${lag}[${window}s])`).catch(() => []);
  return found && found.value >= LATE ? found.value : undefined;
}
