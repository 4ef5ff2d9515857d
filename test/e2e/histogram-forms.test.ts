import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { Histogram, type Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import type { HistogramFamily } from '../../packages/observability/src/metrics/histogram-family.js';
import type { RegisteredFamily } from '../../packages/observability/src/metrics/registry.js';
import {
  type Expression,
  type HistogramForm,
  mean,
  observed,
  quantile,
  share,
} from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { ofGeneration } from '../support/generation.js';
import { Random } from '../support/random.js';
import { Scraped } from '../support/scraped.js';

const { requestDuration } = catalog;
const random = new Random(11);
const unit = () => (random.below(2 ** 31) + 1) / 2 ** 31;
const normal = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());

/** Each round observes all of these, so that every window contains the same distributions. */
const ROUND: Readonly<Record<string, readonly number[]>> = {
  'a third of a millisecond': draw(() => 0.0003 * Math.exp(0.3 * normal())),
  'a database': draw(() => 0.02 * Math.exp(0.8 * normal())),
  'even up to 8 s': draw(() => 8 * unit()),
};

function draw(one: () => number): number[] {
  return Array.from({ length: 500 }, one);
}

/** How Prometheus is told to scrape, with the form of rules and queries that fits. */
const WAYS: Readonly<Record<string, [HistogramForm, Partial<Options>]>> = {
  classic: ['classic', {}],
  nhcb: ['native', { histograms: 'nhcb' }],
  native: ['native', { histograms: 'native' }],
  'native beside classic': ['both', { histograms: 'native', keepClassicHistograms: true }],
};

const OVER = { by: ['name'], window: '6s' } as const;
const BURNT = 'slo:pmcp_error_ratio:rate5m{slo="Latency"}';
const P95 = 'instance:pmcp_request_duration_seconds:p95';

const children = new Children(() => {});
const running = new Map<string, Scraped>();
let http: HttpServer;
let rounds: NodeJS.Timeout;

beforeAll(async () => {
  const toolkit = createObservability({ metrics: { port: false, runtime: false }, log: { level: 'off' } });
  const registered = toolkit.registry.getSingleMetric(requestDuration.name) as unknown as RegisteredFamily;
  const durations = registered.family as HistogramFamily;
  rounds = setInterval(() => {
    for (const [name, values] of Object.entries(ROUND)) {
      const slot = durations.slot('tools/call', name);
      for (const value of values) durations.observe(slot, value);
    }
  }, 100);
  ofTheApplication(toolkit.registry);
  http = createServer(toolkit.handler).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const target = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  await Promise.all(Object.keys(WAYS).map((way) => start(way, target)));
});

afterAll(async () => {
  clearInterval(rounds);
  await children.stop();
  http.close().closeAllConnections();
});

/** A histogram of the application, which has classic buckets only. */
function ofTheApplication(registry: Registry): void {
  new Histogram({ name: 'app_seconds', help: 'H', buckets: [1], registers: [registry] }).observe(0.5);
}

async function start(way: string, target: string): Promise<void> {
  const [histograms, more] = WAYS[way]!;
  const config = prometheusConfig({
    interval: '1s',
    timeout: '1s',
    targets: [{ job: 'pmcp', targets: [target] }],
    ruleFiles: ['rules.yaml'],
    ...more,
  });
  const rules = ruleFile(ruleGroups({ histograms, scale: 0.02, scrapeInterval: '1s' }));
  const spawn = children.start.bind(children);
  const prometheus = await ofGeneration('3', () =>
    Prometheus.startWith(config, spawn, { files: { 'rules.yaml': rules } }),
  );
  const scraped = await Scraped.by(prometheus, 1, async (at) => {
    expect(await prometheus.scrapeErrors()).toEqual([]);
    // A rate needs two scrapes.
    expect(await at.number(`sum_over_time(up[${OVER.window}])`)).toBeGreaterThan(2);
    for (const recorded of [BURNT, P95]) expect(await at.number(recorded)).toBeDefined();
  });
  running.set(way, scraped);
}

async function ask(way: string, expression: Expression): Promise<Record<string, number>> {
  const [form] = WAYS[way]!;
  const found = await running.get(way)!.query(expression.in(form));
  return Object.fromEntries(found.map(({ labels, value }) => [labels.name, value]));
}

const series = (way: string, name: string) =>
  running.get(way)!.number(`count({__name__=~"${name}"}) or vector(0)`);

const close = (found: number | undefined, exact: number, by: number) => {
  expect(found! / exact).toBeGreaterThan(1 / by);
  expect(found! / exact).toBeLessThan(by);
};

describe.each(Object.keys(WAYS))('the same traffic, scraped as %s,', (way) => {
  it('has the same averages and counts', async () => {
    const means = await ask(way, mean(requestDuration, OVER));
    const counts = await ask(way, observed(requestDuration, OVER).count());
    for (const [name, values] of Object.entries(ROUND)) {
      expect(means[name]).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
      expect(counts[name]).toBeGreaterThan(0);
    }
  });

  it.each([0.5, 0.95, 0.99])('has the %s quantile as exactly as its buckets allow', async (fraction) => {
    const found = await ask(way, quantile(fraction, requestDuration, OVER));
    for (const [name, values] of Object.entries(ROUND)) {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(fraction * sorted.length) - 1]!;
      if (way === 'native') close(found[name], exact, 1.05);
      else expect(bucketOf(found[name]!)).toBe(bucketOf(exact));
    }
  });

  it('has the same share above a bound', async () => {
    const above = await ask(way, observed(requestDuration, OVER).above(5));
    const counts = await ask(way, observed(requestDuration, OVER).count());
    const [name, values] = ['even up to 8 s', ROUND['even up to 8 s']!];
    const exact = values.filter((value) => value > 5).length / values.length;
    close(above[name]! / counts[name]!, exact, 1.1);
    const under = await ask(way, share(requestDuration, { ...OVER, under: 5 }));
    close(under[name], 1 - exact, 1.1);
    expect(under['a database']).toBeCloseTo(1, 9);
  });

  it('burns the latency error budget at the same rate', async () => {
    const ratio = await running.get(way)!.number(BURNT);
    const all = Object.values(ROUND).flat();
    close(ratio, all.filter((value) => value > 5).length / all.length, 1.1);
    expect(await running.get(way)!.number(`count(${P95})`)).toBe(1);
  });
});

describe('a Prometheus', () => {
  it('has one series per native histogram, also for a histogram of the application', async () => {
    for (const way of ['nhcb', 'native']) {
      expect(await series(way, '.*_bucket')).toBe(0);
      expect(await series(way, requestDuration.name)).toBe(3);
      expect(await series(way, 'app_seconds')).toBe(1);
    }
    expect(await series('classic', `${requestDuration.name}_bucket`)).toBe(3 * 18);
    expect(await series('native beside classic', `${requestDuration.name}(_bucket)?`)).toBe(3 * 19);
  });

  it('answers shares for any bound of native histograms, not only for bucket bounds', async () => {
    const above = await ask('native', observed(requestDuration, OVER).above(3.3));
    const counts = await ask('native', observed(requestDuration, OVER).count());
    const values = ROUND['even up to 8 s']!;
    const exact = values.filter((value) => value > 3.3).length / values.length;
    close(above['even up to 8 s']! / counts['even up to 8 s']!, exact, 1.05);
  });

  it('distinguishes quantiles below the first classic bound only for native histograms', async () => {
    const name = 'a third of a millisecond';
    const [classic, native] = await Promise.all(
      ['classic', 'native'].map((way) => ask(way, quantile(0.95, requestDuration, OVER))),
    );
    const sorted = ROUND[name]!.toSorted((a, b) => a - b);
    const exact = sorted[Math.ceil(0.95 * sorted.length) - 1]!;
    expect(classic![name]! / exact).toBeGreaterThan(1.5);
    close(native![name], exact, 1.05);
  });
});

function bucketOf(value: number): number {
  return (requestDuration.buckets ?? []).findIndex((bound) => value <= bound);
}
