import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { emptyPanels, overviewQueries } from './overview.js';
import { type Points, ranged } from './points.js';
import { INTERVAL_SECONDS, type Replica, Replicated } from './replicated.js';

const RANGE_SECONDS = 60;
/** What is looked at around the death of a Prometheus: more than Thanos may take to change to the other. */
const BEFORE_SECONDS = 15;
const AFTER_SECONDS = 45;
/** Labels that Thanos or a Prometheus adds. */
const ADDED = ['cluster', 'receive', 'tenant_id'];

const queries = overviewQueries(RANGE_SECONDS);
const stage = new Replicated('replicas');
/** The minute that all tests ask about. */
let end: number;

beforeAll(async () => {
  await stage.start();
  const recorded = 'count(instance:pmcp_request_duration_seconds:p95)';
  await until(async () => (await stage.replicas.get('b')!.number(recorded)) === 1, 90_000);
  end = Math.floor(Date.now() / 1_000) + RANGE_SECONDS;
  await stage.arrived(end);
});

afterAll(() => stage.stop());

const minute = () => ({ start: end - RANGE_SECONDS, end, step: INTERVAL_SECONDS });
const alone = (name: Replica) => stage.replicas.get(name)!.url;
const values = (points: Points) => [...points.values()].flatMap((of) => [...of.values()]);
const alarms = async () => {
  const response = await fetch(`${stage.alertmanager}/api/v2/alerts`);
  return ((await response.json()) as { labels: Record<string, string> }[]).map(({ labels }) => labels);
};

/** Returns the average of each series in the minute. */
async function averages(url: string, query: string): Promise<Map<string, number>> {
  const points = await ranged(url, query, minute(), { without: ADDED });
  return new Map(
    [...points].map(([labels, of]) => [
      labels,
      [...of.values()].reduce((sum, value) => sum + value, 0) / of.size,
    ]),
  );
}

/** Returns the Prometheus whose scrapes Thanos shows at a time. */
async function shown(time: number): Promise<Replica> {
  const at = { start: time, end: time, step: 1 };
  const [latest] = values(await ranged(stage.store, 'timestamp(pmcp_ready)', at));
  return (await stage.scrapes('a', time)).includes(latest!) ? 'a' : 'b';
}

/** Waits until no scrape of the last half minute is missing or late, and returns the Prometheus that Thanos shows. */
async function steady(): Promise<Replica> {
  const isSteady = async (replica: Replica) => {
    const times = (await stage.scrapes(replica, Date.now() / 1_000)).slice(-6);
    return times.slice(1).every((time, index) => time - times[index]! < 1.5 * INTERVAL_SECONDS);
  };
  await until(async () => (await isSteady('a')) && (await isSteady('b')), 120_000);
  return shown(Date.now() / 1_000);
}

/**
 * Thanos takes every series from one of the two. Their scrapes lie up to an interval apart, so it may be as far
 * from the nearer one as they are from one another; sums over series from both need the hundredth.
 */
function expectNear(found: number, a: number, b: number): void {
  const distance = Math.min(Math.abs(found - a), Math.abs(found - b));
  expect(distance).toBeLessThanOrEqual(Math.max(Math.abs(a - b), Math.abs(a) / 100));
}

describe('two Prometheus servers that write to Thanos', () => {
  it.each(queries)('give the answer of one in "%s"', async (_, query) => {
    const urls = [stage.store, alone('a'), alone('b')];
    const [found, a, b] = await Promise.all(urls.map((url) => averages(url, query)));
    // An alert that is about to fire may fire for one of the two only.
    const inBoth = [...a!.keys()].filter((labels) => b!.has(labels));
    expect([...found!.keys()]).toEqual(expect.arrayContaining(inBoth));
    for (const [labels, value] of found!) {
      const known = [a!.get(labels), b!.get(labels)].filter((one) => one !== undefined);
      expectNear(value, known[0]!, known.at(-1)!);
    }
  });

  it('have an answer in all panels but that of a budget, which waits for a day', async () => {
    const ask = (query: string) => averages(stage.store, query);
    expect(await emptyPanels(RANGE_SECONDS, ask)).toEqual(['Error budgets of 30 days']);
  });

  it('count each server once, and twice where Thanos does not know the label', async () => {
    const counts = async (dedup: string) =>
      values(await ranged(stage.store, 'count(pmcp_ready)', minute(), { parameters: { dedup } }));
    expect(new Set(await counts('true'))).toEqual(new Set([1]));
    expect(new Set(await counts('false'))).toEqual(new Set([2]));
  });

  it('send Alertmanager each alert once', async () => {
    const sent = await alarms();
    expect(sent.filter(({ alertname }) => alertname === 'Watchdog')).toHaveLength(1);
    const distinct = sent.map(({ replica: _, ...labels }) => JSON.stringify(Object.entries(labels).sort()));
    expect(new Set(distinct).size).toBe(sent.length);
    expect(sent.map(({ cluster, replica }) => [cluster, replica])).toEqual(
      sent.map(() => ['main', undefined]),
    );
  });

  it('leave no gap when the one is killed whose samples Thanos shows', async () => {
    const dead = await steady();
    stage.kill(dead);
    const killed = Math.floor(Date.now() / 1_000);
    const left = dead === 'a' ? 'b' : 'a';
    const span = { start: killed - BEFORE_SECONDS, end: killed + AFTER_SECONDS, step: 1 };
    await stage.arrived(span.end, [left]);
    const [panel] = queries.filter(([, query]) => query.includes('irate('));
    const query = panel![1].replace(' or vector(0)', '');
    const answered = async (url: string) =>
      new Set([...(await ranged(url, query, span)).values()].flatMap((of) => [...of.keys()]));
    const [found, other] = await Promise.all([answered(stage.store), answered(alone(left))]);
    expect(other.size).toBeGreaterThan(AFTER_SECONDS);
    // What the other one does not know because it was busy is no gap.
    expect([...other].filter((time) => !found.has(time)).map((time) => time - killed)).toEqual([]);
    expect(await shown(span.end)).toBe(left);
  });
});
