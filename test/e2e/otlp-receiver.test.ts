import { catalog, type Metric } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { parseSamples } from '../support/exposition.js';
import { line, linesOf, type Pushed, pushed, steady } from '../support/pushed.js';

/** Metrics of the conventions, which have dots where Prometheus has underscores. */
const CONVENTIONS = /^mcp_server_/;
const children = new Children(() => {});
let said: Pushed;

beforeAll(async () => {
  said = await pushed();
});
afterAll(() => children.stop());

/** Starts a Prometheus that gets what the server pushed, byte for byte, as a collector would pass it on. */
async function receiver(strategy: string): Promise<Prometheus> {
  const config = `otlp:\n  translation_strategy: ${strategy}\n`;
  const prometheus = await Prometheus.startWith(config, children.start.bind(children), {
    need: { kubernetesSd: true, minVersion: '3.6' },
    flags: ['--web.enable-otlp-receiver'],
  });
  for (const body of said.bodies) {
    const response = await fetch(`${prometheus.url}/api/v1/otlp/v1/metrics`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array(body),
    });
    expect(await response.text()).toBe('');
    expect(response.status).toBe(200);
  }
  return prometheus;
}

/** Returns series with their values as lines of a page. */
async function seriesIn(prometheus: Prometheus): Promise<string[]> {
  const samples = await prometheus.query('{__name__=~".+"}');
  return samples.map(({ labels, value }) => line(labels, value)).filter((text) => !/^target_info/.test(text));
}

const nameOf = (text: string) => text.slice(0, text.indexOf('{'));
const names = (lines: readonly string[]) => [...new Set(lines.map(nameOf))].sort();
const without = (pattern: RegExp, lines: readonly string[]) => lines.filter((text) => !pattern.test(text));

/** Each trace of a call to the tool is an exemplar, but for a later one of the same bucket. */
async function expectTraced(prometheus: Prometheus, series: string): Promise<void> {
  const now = Date.now() / 1_000;
  const selector = encodeURIComponent(`${series}{name="hello"}`);
  const found = await prometheus.api<{ exemplars: { labels: Record<string, string> }[] }[]>(
    `query_exemplars?query=${selector}&start=${now - 600}&end=${now + 60}`,
  );
  const exemplars = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
  const calls = said.collector.spans.filter(({ name }) => name === 'tools/call hello');
  expect(exemplars.length).toBeGreaterThan(0);
  expect(calls.map(({ traceId }) => traceId)).toEqual(expect.arrayContaining(exemplars));
}

describe('a Prometheus that receives OTLP', () => {
  it('has the names, labels and values of a scrape with its default suffixes', async () => {
    const received = await seriesIn(await receiver('UnderscoreEscapingWithSuffixes'));
    expect(steady(received)).toEqual(steady(linesOf(said.page)));
    // These come and go with the activity of the process.
    const passing = /^nodejs_active_/;
    expect(names(without(passing, received))).toEqual(names(without(passing, linesOf(said.page))));
    const catalogued = (Object.values(catalog) as Metric[]).map(({ name }) => name);
    for (const name of names(received).filter((name) => name.startsWith('pmcp_'))) {
      expect(catalogued).toContain(name.replace(/_(?:bucket|sum|count)$/, ''));
    }
  });

  it.each(['UnderscoreEscapingWithoutSuffixes', 'NoTranslation'])(
    'has them also without added suffixes: %s',
    async (strategy) => {
      const received = await seriesIn(await receiver(strategy));
      const pmcp = (lines: readonly string[]) => steady(lines.filter((text) => text.startsWith('pmcp_')));
      expect(pmcp(received)).toEqual(pmcp(linesOf(said.page)));
    },
  );

  it('has the durations of the conventions under their Prometheus names', async () => {
    const received = await seriesIn(await receiver('UnderscoreEscapingWithSuffixes'));
    const conventions = received.filter((text) => CONVENTIONS.test(text));
    expect(names(conventions)).toContain('mcp_server_operation_duration_seconds_bucket');
    expect(conventions.find((text) => text.includes('_count{') && text.includes('"hello"'))).toMatch(/ 3$/);
  });

  it('leads from a duration to the trace of its request', async () => {
    const prometheus = await receiver('UnderscoreEscapingWithSuffixes');
    await expectTraced(prometheus, `${catalog.requestDuration.name}_bucket`);
  });

  it('has one native histogram instead of all buckets of a scrape, if that is configured', async () => {
    said = await pushed({
      OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    });
    const prometheus = await receiver('UnderscoreEscapingWithSuffixes');
    const { name } = catalog.requestDuration;
    expect(await prometheus.query(`{__name__=~"${name}_.+"}`)).toEqual([]);
    const scraped = parseSamples(said.page);
    const found = await prometheus.query(`histogram_count(${name}{method="tools/call"})`);
    expect(found.map(({ labels, value }) => [labels.name, value]).sort()).toEqual(
      ['_other', 'hello'].map((tool) => [
        tool,
        scraped.get(`${name}_count{method="tools/call",name="${tool}"}`),
      ]),
    );
    const p50 = await prometheus.number(`histogram_quantile(0.5, ${name}{name="hello"})`);
    const sum = scraped.get(`${name}_sum{method="tools/call",name="hello"}`)!;
    expect(p50).toBeGreaterThan(0);
    expect(p50).toBeLessThan(sum * 1.1);
    await expectTraced(prometheus, name);
  });
});
