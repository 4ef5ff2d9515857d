import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusConfig } from '../../../prometheus/scrape/config.js';
import type { RemoteWrite } from '../../../prometheus/scrape/options.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import type { Store } from '../../e2e/viewer/stage.js';
import { ofGeneration } from '../../support/generation.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';
import { until } from '../../support/until.js';
import { openThanos, openVictoriaMetrics } from '../stores.js';
import { type Points, ranged, type Span } from './points.js';

const ARRIVES_WITHIN_MS = 120_000;
const DURATION = 'pmcp_request_duration_seconds';
/** As rules and panels ask in the form `native`. The comparison leaves out NaN, where there were no requests. */
const QUANTILES = `histogram_quantile(0.95, sum by (method) (rate(${DURATION}[30s]))) >= 0`;
/** The labels that tell the Prometheus servers apart, which they have only in stores. */
const OF_STORES = ['cluster', 'replica', 'receive', 'tenant_id'];

const deaths: string[] = [];
const children = new Children((message) => deaths.push(message));
const folder = mkdtempSync(join(tmpdir(), 'pmcp-native-'));
let notes: NotesServer;
let load: Load;
let thanos: Store;
let victoria: Store;
/** By the version of the protocol with which they write to both stores. */
const writers = new Map<1 | 2, Prometheus>();

async function write(version: 1 | 2): Promise<void> {
  const to = ({ writeUrl }: Store, name: string): RemoteWrite => ({
    url: writeUrl,
    name,
    version,
    queue: { batchSendDeadline: '1s' },
  });
  const config = prometheusConfig({
    interval: '1s',
    timeout: '1s',
    histograms: 'native',
    externalLabels: { cluster: 'main', replica: `v${version}` },
    remoteWrite: [to(thanos, 'thanos'), to(victoria, 'victoria')],
    targets: [{ job: 'pmcp', targets: [notes.admin.host] }],
  });
  const spawn = children.start.bind(children);
  writers.set(version, await ofGeneration('3', () => Prometheus.startWith(config, spawn)));
}

/** Returns a metric of Prometheus about what it sends to a store. */
async function sent(version: 1 | 2, store: string, metric: string): Promise<number> {
  const page = await (await fetch(`${writers.get(version)!.url}/metrics`)).text();
  const name = `prometheus_remote_storage_${metric}`;
  const line = page
    .split('\n')
    .find((line) => line.startsWith(`${name}{`) && line.includes(`remote_name="${store}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const has = async ({ url }: Store, query: string) => (await ranged(url, query, now())).size > 0;
const now = (): Span => {
  const time = Math.floor(Date.now() / 1_000) - 10;
  return { start: time, end: time, step: 1 };
};

beforeAll(async () => {
  notes = await startNotes();
  load = new Load(notes.url);
  [thanos, victoria] = [
    await openThanos(children, folder),
    await openVictoriaMetrics(children, folder, ['-search.latencyOffset=0s']),
  ];
  for (const version of [1, 2] as const) await write(version);
  await until(() => has(thanos, QUANTILES), ARRIVES_WITHIN_MS);
  await until(() => has(victoria, `${DURATION}_count`), ARRIVES_WITHIN_MS);
});

afterAll(async () => {
  await load.stop();
  await children.stop();
  await notes.close();
  rmSync(folder, { recursive: true });
});

/** Returns the answers of Prometheus and of a store for the same time. */
async function both(query: string, store: Store): Promise<[Points, Points]> {
  const at = now();
  const without = { without: OF_STORES };
  return [await ranged(writers.get(1)!.url, query, at, without), await ranged(store.url, query, at, without)];
}

describe('Thanos', () => {
  it('answers as the Prometheus that writes native histograms with version 1 of the protocol', async () => {
    await until(async () => {
      const [wanted, found] = await both(QUANTILES, thanos);
      return (
        wanted.size > 3 &&
        JSON.stringify([...found.keys()].sort()) === JSON.stringify([...wanted.keys()].sort())
      );
    }, ARRIVES_WITHIN_MS);
    const [wanted, found] = await both(QUANTILES, thanos);
    for (const [series, values] of wanted) {
      const [quantile] = values.values();
      expect([...(found.get(series)?.values() ?? [])][0], series).toBeCloseTo(quantile!, 9);
    }
  });
});

describe('VictoriaMetrics', () => {
  it('has native histograms in a form of its own, which shipped queries of no form read', async () => {
    expect(await has(victoria, `count by (vmrange) (${DURATION}_bucket{vmrange!=""})`)).toBe(true);
    expect(await has(victoria, `${DURATION}_bucket{le!=""}`)).toBe(false);
    expect(await has(victoria, QUANTILES)).toBe(false);
    await expect(has(victoria, `histogram_count(rate(${DURATION}[30s]))`)).rejects.toThrow(
      'unsupported function',
    );
  });
});

describe.each(['thanos', 'victoria'])('version 2 of the protocol, written to %s,', (name) => {
  it('loses every sample, since the store refuses it', async () => {
    await until(async () => (await sent(2, name, 'samples_failed_total')) > 100, ARRIVES_WITHIN_MS);
    const store = name === 'thanos' ? thanos : victoria;
    expect(await has(store, 'up{replica="v1"}')).toBe(true);
    expect(await has(store, 'up{replica="v2"}')).toBe(false);
  });

  it('loses nothing in version 1 but converted histograms', async () => {
    expect(await sent(1, name, 'samples_failed_total')).toBe(0);
    expect(await sent(1, name, 'histograms_failed_total')).toBe(0);
    expect(await sent(1, name, 'histograms_total')).toBeGreaterThan(100);
    expect(await sent(1, name, 'histograms_dropped_total')).toBeGreaterThan(0);
  });
});

it('has lost no program', () => {
  expect(deaths).toEqual([]);
});
