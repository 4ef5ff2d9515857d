import { CannotRun, type Check } from '../../check.js';
import type { Context } from '../../context.js';
import { countedCall } from '../../facts/counted.js';
import { secondsOf } from '../../facts/duration.js';
import { ownTarget } from '../../facts/own-target.js';
import { matchersOf, query, type Target } from '../../facts/prometheus.js';
import { poll } from '../../net/poll.js';
import { hasTimeFor, SCRAPE_SECONDS, secondsForScrape } from '../../run/time.js';

const BETWEEN_MS = 500;

export const sampleArrives: Check = {
  code: 'PMCP-D103',
  group: 'prometheus',
  title: 'A call that is made now is in Prometheus after the next scrape.',
  why: 'Between a page and a query are relabeling, limits on samples and labels, and other processes behind the same address. Each loses samples without an error.',
  cure: 'Look for what drops it: `metric_relabel_configs`, `sample_limit` and `honor_labels` of the job, in `PROMETHEUS/config`. Take what `npx pmcp-observability assets ./monitoring` writes.',
  needs: ['url', 'prometheus'],
  rights: 'GET of `/api/v1/query`, and the calls of PMCP-D012.',
  severity: 'fail',
  after: ['PMCP-D012', 'PMCP-D102'],
  async run(context) {
    const { call, after, copy } = await context.get(countedCall);
    const target = copy ?? (await context.get(ownTarget))!;
    const series = selector(target, { method: call.method, ...(call.name !== '' && { name: call.name }) });
    const value = await countIn(context, series, after, await intervalOf(context, target));
    if (value !== undefined && value >= after) return [];
    const has = value === undefined ? 'no sample' : `${value}`;
    return [
      { found: `the page counts ${after} calls of ${call.method}, and Prometheus has ${has} for ${series}` },
    ];
  },
};

/** Seconds in which samples of a target that is scraped elsewhere are counted. */
const WINDOW = 30;
/** Seconds that a sample may wait in the queue of `remote_write`. */
const ON_ITS_WAY = 5;

/** Returns the seconds between two samples: those that arrive tell it, where nobody here scrapes. */
async function intervalOf(context: Context, target: Target): Promise<number> {
  const told = secondsOf(target.scrapeInterval);
  if (!target.isSent) return told;
  const series = `process_start_time_seconds{${matchersOf(target)}}`;
  const [counted] = await query(context, `max(count_over_time(${series}[${WINDOW}s]))`);
  return counted === undefined ? told : Math.min(told, Math.ceil(WINDOW / counted.value) + ON_ITS_WAY);
}

/** Asks until the value has arrived, or until a scrape should have delivered it. */
async function countIn(
  context: Context,
  series: string,
  wanted: number,
  intervalSeconds: number,
): Promise<number | undefined> {
  if (!hasTimeFor(context.settings.timeout, intervalSeconds))
    throw new CannotRun(
      `the server is scraped every ${intervalSeconds} s, and --timeout ${secondsForScrape(intervalSeconds)} waits for that`,
    );
  return poll(
    context.signal,
    { forMs: (intervalSeconds + SCRAPE_SECONDS) * 1_000, everyMs: BETWEEN_MS },
    async () => (await query(context, `sum(${series})`))[0]?.value,
    (value) => value !== undefined && value >= wanted,
  );
}

function selector({ labels }: Target, more: Readonly<Record<string, string>>): string {
  const matchers = Object.entries({ job: labels.job ?? '', instance: labels.instance ?? '', ...more });
  return `pmcp_requests_total{${matchers.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}
