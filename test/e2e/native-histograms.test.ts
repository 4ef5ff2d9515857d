import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { Counter, Gauge, Histogram, type Registry, Summary } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HistogramFamily } from '../../packages/observability/src/metrics/histogram-family.js';
import type { RegisteredFamily } from '../../packages/observability/src/metrics/registry.js';
import { toYaml } from '../../prometheus/yaml.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus, type Sample } from '../../scripts/start/prometheus.js';
import { type Generation, ofGeneration } from '../support/generation.js';
import { Random } from '../support/random.js';
import { Scraped } from '../support/scraped.js';

const { name: DURATION } = catalog.requestDuration;
const OBSERVATIONS = 5_000;
const QUANTILES = [0.5, 0.9, 0.95, 0.99];
const TRACE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

const random = new Random(7);
const unit = () => (random.below(2 ** 31) + 1) / 2 ** 31;
const normal = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());

/** Typical latencies of servers, in seconds. */
const DISTRIBUTIONS: Readonly<Record<string, () => number>> = {
  'from memory, a third of a millisecond': () => 0.0003 * Math.exp(0.3 * normal()),
  'a database, some 20 ms, with a tail': () => 0.02 * Math.exp(0.8 * normal()),
  'even, up to 2 s': () => 2 * unit(),
  'mostly fast, with timeouts of 30 s': () => (random.once(20) ? 30 : 0.004 * -Math.log(unit())),
};

const children = new Children(() => {});
const values = new Map<string, number[]>();
let http: HttpServer;
let target: string;

beforeAll(async () => {
  const toolkit = createObservability({
    metrics: { port: false, runtime: false },
    // Nothing may change between the scrapes that are compared, and every health check is measured.
    health: { cacheMs: 600_000 },
    log: { level: 'off' },
  });
  await toolkit.health.report();
  fill(toolkit.registry);
  http = createServer(toolkit.handler).listen(0, '127.0.0.1');
  await once(http, 'listening');
  target = `127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await children.stop();
  http.close().closeAllConnections();
});

function fill(registry: Registry): void {
  const registered = registry.getSingleMetric(DURATION) as unknown as RegisteredFamily;
  const durations = registered.family as HistogramFamily;
  for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
    const drawn = Array.from({ length: OBSERVATIONS }, draw);
    values.set(name, drawn);
    for (const value of drawn) durations.observe(durations.slot('tools/call', name), value, TRACE);
  }
  const labelNames = ['text'];
  const registers = [registry];
  for (const text of ['', 'plain', 'ä€🎉', 'new\nline "quoted" \\']) {
    const named = (name: string) => ({
      name: `app_${name}_${text.length}`,
      help: `H${text}`,
      labelNames,
      registers,
    });
    new Counter(named('total')).inc({ text }, 3);
    new Gauge(named('gauge')).set({ text }, -1e-9);
    new Histogram({ ...named('histogram'), buckets: [0.1, 1e6] }).observe({ text }, 0.5);
    new Summary({ ...named('summary'), percentiles: [0.5] }).observe({ text }, 0.25);
  }
}

/** @param jobs the settings of each job, besides its target */
async function start(
  generation: Generation,
  jobs: Readonly<Record<string, object>>,
  flags: readonly string[],
): Promise<Scraped> {
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: Object.entries(jobs).map(([job_name, more]) => ({
      job_name,
      ...more,
      static_configs: [{ targets: [target] }],
    })),
  };
  const spawn = children.start.bind(children);
  const prometheus = await ofGeneration(generation, () =>
    Prometheus.startWith(toYaml(config), spawn, { flags: [...flags] }),
  );
  const rates = `count(rate(${DURATION}_count[10s])) or count(rate(${DURATION}[10s]))`;
  return Scraped.by(prometheus, Object.keys(jobs).length, async (scraped) => {
    expect(await prometheus.scrapeErrors()).toEqual([]);
    expect(await scraped.number(rates)).toBeDefined();
  });
}

async function estimates(scraped: Scraped, job: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const quantile of QUANTILES) {
    const query = `histogram_quantile(${quantile}, ${DURATION}{job="${job}"})`;
    for (const { labels, value } of await scraped.query(query))
      found.set(`${labels.name} ${quantile}`, value);
  }
  return found;
}

/** Returns the observation that a fraction of all observations does not exceed. */
function exact(name: string, quantile: number): number {
  const sorted = values.get(name)!.toSorted((one, other) => one - other);
  return sorted[Math.ceil(quantile * sorted.length) - 1]!;
}

async function expectQuantiles(scraped: Scraped, job: string): Promise<void> {
  const found = await estimates(scraped, job);
  for (const name of Object.keys(DISTRIBUTIONS)) {
    for (const quantile of QUANTILES) {
      const ratio = found.get(`${name} ${quantile}`)! / exact(name, quantile);
      expect(ratio, `${name} ${quantile}`).toBeLessThan(1.05);
      expect(ratio, `${name} ${quantile}`).toBeGreaterThan(1 / 1.05);
    }
  }
}

describe('Prometheus 3', () => {
  let scraped: Scraped;

  beforeAll(async () => {
    const jobs = {
      text: { scrape_protocols: ['PrometheusText0.0.4'] },
      protobuf: { scrape_protocols: ['PrometheusProto'] },
      native: { scrape_native_histograms: true },
      both: { scrape_native_histograms: true, always_scrape_classic_histograms: true },
    };
    scraped = await start('3', jobs, ['--enable-feature=created-timestamp-zero-ingestion']);
  });

  const series = async (job: string) => {
    const own = ['up', 'scrape_.*'].join('|');
    const all = await scraped.query(`{job="${job}", __name__!~"${own}"}`);
    return all.map(({ labels: { job: _, ...labels }, value }: Sample) => ({ labels, value }));
  };

  it('reads exactly the same series from protobuf as from text', async () => {
    const [text, protobuf] = await Promise.all(['text', 'protobuf'].map(series));
    const key = ({ labels }: { labels: object }) => JSON.stringify(Object.entries(labels).sort());
    const bySeries = (all: typeof text) =>
      Object.fromEntries((all ?? []).map((one) => [key(one), one.value]));
    expect(Object.keys(bySeries(text)).length).toBeGreaterThan(100);
    expect(bySeries(protobuf)).toEqual(bySeries(text));
  });

  it('has one series for each histogram instead of one for each bucket', async () => {
    const count = async (job: string, pattern: string) =>
      (await scraped.number(`count({job="${job}", __name__=~"${pattern}"})`)) ?? 0;
    expect(await count('text', `${DURATION}_bucket`)).toBeGreaterThan(18 * 4 - 1);
    expect(await count('native', `${DURATION}_(bucket|sum|count)`)).toBe(0);
    expect(await count('native', DURATION)).toBe(4);
    expect(await count('both', DURATION)).toBe(4);
    expect(await count('both', `${DURATION}_bucket`)).toBe(await count('text', `${DURATION}_bucket`));
    // The histograms of the application have only classic buckets, and keep them.
    expect(await count('native', 'app_histogram_.*_bucket')).toBe(
      await count('text', 'app_histogram_.*_bucket'),
    );
  });

  it('has the same counts and sums for native as for classic histograms', async () => {
    for (const part of ['count', 'sum']) {
      const native = await scraped.query(`histogram_${part}(${DURATION}{job="native"})`);
      const classic = await scraped.query(`${DURATION}_${part}{job="text"}`);
      const byName = (all: Sample[]) =>
        Object.fromEntries(all.map(({ labels, value }) => [labels.name, value]));
      expect(byName(native)).toEqual(byName(classic));
    }
  });

  it('estimates quantiles of native histograms within 5 %', async () => {
    await expectQuantiles(scraped, 'native');
    await expectQuantiles(scraped, 'both');
  });

  it('estimates the share below any bound, not only below bucket bounds', async () => {
    const query = `histogram_fraction(0, 0.7, ${DURATION}{job="native", name="even, up to 2 s"})`;
    expect(await scraped.number(query)).toBeCloseTo(0.35, 1);
  });

  it('leads from a native histogram to the trace', async () => {
    const now = Date.now() / 1000;
    const selector = encodeURIComponent(`${DURATION}{job="native"}`);
    const found = await scraped.prometheus.api<{ exemplars: { labels: { trace_id: string } }[] }[]>(
      `query_exemplars?query=${selector}&start=${now - 120}&end=${now + 60}`,
    );
    expect(found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id))).toContain(
      TRACE.traceId,
    );
  });

  it('knows when counters began', async () => {
    const query = encodeURIComponent('pmcp_label_overflow_total{job="native",label="name"}[10m]');
    const range = await scraped.prometheus.api<{ result: { values: [number, string][] }[] }>(
      `query?query=${query}`,
    );
    const [[first] = []] = range.result.map(({ values }) => values);
    expect(first?.[0]).toBeLessThan((await scraped.number('min(timestamp(up))'))!);
  });
});

describe('Prometheus 2.42', () => {
  it('reads native histograms if it is configured to', async () => {
    const scraped = await start('2', { native: {} }, ['--enable-feature=native-histograms']);
    expect(await scraped.number(`count(${DURATION})`)).toBe(4);
    await expectQuantiles(scraped, 'native');
  });
});
