import { Counter, Gauge, Histogram, type Metric as PromMetric, Registry, Summary } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  decodeFamilies,
  encodeFamilies,
  type Metric,
  type MetricFamily,
  nativeBuckets,
} from '../../../../../test/support/prometheus-proto.js';
import { linesOf, sortedLabels } from '../../../../../test/support/protobuf-as-text.js';
import { Random } from '../../../../../test/support/random.js';
import { expose } from '../exposition.js';
import { createFamilies, type Families } from '../families.js';
import type { Format } from '../foreign.js';
import type { HistogramForm } from '../histogram-family.js';
import { registerFamilies } from '../registry.js';

let registry: Registry;
let families: Families;

function create(form?: HistogramForm): void {
  registry = new Registry();
  families = createFamilies(form);
  registerFamilies(Object.values(families), registry);
}
beforeEach(() => create());

async function bytes(format: Format, onFailure?: (name: string) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of expose(registry, format, onFailure)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function page(onFailure?: (name: string) => void): Promise<Map<string, MetricFamily>> {
  const all = decodeFamilies(await bytes('protobuf', onFailure));
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  return new Map(all.map((family) => [family.name, family]));
}

/** Describes every series in one line. */
async function shown(format: Format): Promise<string[]> {
  const all = decodeFamilies(await bytes(format));
  return all
    .flatMap(({ name, metric }) =>
      metric.map(({ label = [], counter, gauge }) => {
        const value = counter?.value ?? gauge?.value;
        const start = counter && `from ${counter.createdTimestamp?.seconds}`;
        return [name, ...label.map((one) => one.value), value, start]
          .filter((part) => part !== undefined)
          .join(' ');
      }),
    )
    .sort();
}

async function first(name: string): Promise<Metric> {
  return (await page()).get(name)!.metric[0]!;
}

/** Fills a registry with all kinds of metrics, ours and those of the application, with values that are hard to encode. */
function fill(seed: number): void {
  const random = new Random(seed);
  const text = () => random.pick(['', 'a', 'ä€🎉', '\n"\\', 'x'.repeat(200), '{}=,', '\ud800']);
  const value = () =>
    random.pick([0, -1.5, 1e300, 1e-300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 42]);
  for (let i = 0; i < 40; i++) {
    families.requests.add(families.requests.slot(text(), text(), text()), random.below(1e6));
    const slot = families.requestDuration.slot(text(), String(random.below(5)));
    for (let n = random.below(50); n > 0; n--)
      families.requestDuration.observe(slot, 2 ** (random.below(30) - 20));
    families.ready.set(families.ready.slot(), value());
  }
  const labelNames = ['x', 'y'];
  const registers = [registry];
  const counter = new Counter({ name: 'app_total', help: `H${text()}`, labelNames, registers });
  const gauge = new Gauge({ name: 'app_gauge', help: `H${text()}`, labelNames, registers });
  const buckets = [0.1, 1, 10];
  const histogram = new Histogram({ name: 'app_h', help: `H${text()}`, labelNames, buckets, registers });
  const summary = new Summary({
    name: 'app_s',
    help: `H${text()}`,
    percentiles: [0.5, 0.99],
    labelNames,
    registers,
  });
  new Counter({ name: 'app_unused_total', help: `H${text()}`, labelNames, registers });
  for (let i = 0; i < 40; i++) {
    const labels = { x: String(i % 7), y: text() };
    counter.inc(labels, random.below(100));
    gauge.set(labels, value());
    histogram.observe(labels, random.below(20));
    summary.observe(labels, random.below(20));
  }
}

describe('the protobuf page', () => {
  it.each([1, 2, 3])('has the same content as the text page (seed %i)', async (seed) => {
    fill(seed);
    const text = (await bytes('text')).toString().split('\n');
    const expected = text.filter((line) => line !== '' && !line.startsWith('#')).map(sortedLabels);
    const found = [...(await page()).values()].flatMap(linesOf);
    expect(found.sort()).toEqual(expected.sort());
    const types = text.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ').slice(2));
    for (const [name, family] of await page())
      expect(types).toContainEqual([name, family.type.toLowerCase()]);
  });

  it.each([1, 2, 3])('is byte for byte what the official definition produces (seed %i)', async (seed) => {
    fill(seed);
    const own = await bytes('protobuf');
    expect(encodeFamilies(decodeFamilies(own)).equals(own)).toBe(true);
  });

  it('has every number of observations exactly, however large', async () => {
    const { requests, requestSize } = families;
    requests.add(requests.slot('a', 'b', 'c'), 2 ** 53);
    const slot = requestSize.slot('a', 'b');
    for (let i = 0; i < 300; i++) requestSize.observe(slot, 100);
    const { counter } = await first('pmcp_requests_total');
    const { histogram } = await first('pmcp_request_size_bytes');
    expect(counter?.value).toBe(2 ** 53);
    expect(histogram).toMatchObject({ sampleCount: 300, sampleSum: 30_000 });
  });

  it('can leave out counters of names that are 0, and has those that began after it from their first event', async () => {
    const { requests, labelOverflow, requestsInFlight, requestDuration } = families;
    const clock = Date.now;
    try {
      Date.now = () => 1_000;
      const unused = requests.slot('tools/call', 'a', 'tool_error');
      const used = requests.slot('tools/call', 'a', 'ok');
      // Shown although they are 0: not of a name, and no counters.
      requests.slot('ping', '', 'server_error');
      labelOverflow.slot('name');
      requestsInFlight.slot('tools/call');
      requestDuration.slot('tools/call', 'a');
      Date.now = () => 9_000;
      requests.add(used, 1);
      Date.now = () => 12_000;
      requests.add(used, 1);
      expect(await shown('sparse-protobuf')).toEqual([
        'pmcp_label_overflow_total name 0 from 1',
        'pmcp_request_duration_seconds tools/call a',
        'pmcp_requests_in_flight tools/call 0',
        'pmcp_requests_total ping server_error 0 from 1',
        'pmcp_requests_total tools/call a ok 2 from 9',
      ]);
      expect(await shown('protobuf')).toContain('pmcp_requests_total tools/call a tool_error 0 from 1');
      requests.zero();
      requests.add(unused, 1);
      expect(await shown('sparse-protobuf')).toContain(
        'pmcp_requests_total tools/call a tool_error 1 from 12',
      );
    } finally {
      Date.now = clock;
    }
  });

  it('has the start time of counters and histograms, and renews it with a reset', async () => {
    const before = Date.now();
    const { requests, requestDuration } = families;
    requests.slot('a', 'b', 'c');
    requestDuration.slot('a', 'b');
    const start = async () => {
      const { counter } = await first('pmcp_requests_total');
      const { histogram } = await first('pmcp_request_duration_seconds');
      const [one, other] = [counter?.createdTimestamp, histogram?.createdTimestamp].map(
        (time) => time!.seconds * 1000 + time!.nanos / 1e6,
      );
      expect(one).toBe(other);
      return one!;
    };
    const created = await start();
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
    const clock = Date.now;
    Date.now = () => created + 5_123;
    try {
      registry.resetMetrics();
      expect(await start()).toBe(created + 5_123);
      requests.remove('method', 'a');
      requestDuration.remove('method', 'a');
      Date.now = () => created + 9_001;
      requests.slot('a', 'b', 'c');
      requestDuration.slot('a', 'b');
      expect(await start()).toBe(created + 9_001);
    } finally {
      Date.now = clock;
    }
  });

  it('puts the default labels of the registry on every series, but does not overwrite its own labels', async () => {
    families.requests.add(families.requests.slot('ping', '', 'ok'), 1);
    new Gauge({ name: 'app', help: 'A', registers: [registry] }).set(1);
    registry.setDefaultLabels({ app: 'notes', method: 'none' });
    expect((await first('pmcp_requests_total')).label).toEqual([
      { name: 'method', value: 'ping' },
      { name: 'outcome', value: 'ok' },
      { name: 'app', value: 'notes' },
    ]);
    expect((await first('app')).label).toEqual([
      { name: 'app', value: 'notes' },
      { name: 'method', value: 'none' },
    ]);
  });

  it('omits an invalid metric, reports it once, and shows the others', async () => {
    const metric = (values: object) => ({ get: async () => values, ...values }) as unknown as PromMetric;
    const fine = { value: 1, labels: { a: 'b' } };
    const of = (name: string, values: unknown, type = 'gauge') => ({ name, help: 'H', type, values });
    const count = (value: number) => ({ value, metricName: 'bad_count_count' });
    for (const bad of [
      of('bad name', [fine]),
      of('bad_label', [{ value: 1, labels: { 'a-b': '1' } }, fine]),
      of('bad_value', [{ value: '1' }, { value: undefined }, fine]),
      of('bad_labels', [{ value: 1, labels: { a: Object.create(null) } }, fine]),
      of('no_list', 5),
      of('bad_count', [count(-1)], 'histogram'),
      of('bad_counts', [{ value: 0.5, labels: { le: '1' } }], 'histogram'),
    ]) {
      registry.registerMetric(metric(bad));
    }
    registry.registerMetric(metric({ name: 'no_help', values: [fine] }));
    new Gauge({ name: 'app_fine', help: 'F', registers: [registry] }).set(1);
    const failures: string[] = [];
    const found = await page((name) => failures.push(name));
    expect([...found.keys()].sort()).toEqual(['app_fine', 'bad_label', 'bad_labels', 'bad_value', 'no_help']);
    expect(found.get('no_help')).toMatchObject({ help: '', type: 'UNTYPED' });
    expect(failures.sort()).toEqual(
      ['bad name', 'bad_count', 'bad_counts', 'bad_label', 'bad_labels', 'bad_value', 'no_list'].sort(),
    );
  });

  it('lets the event loop run while it writes many series of ours and of others', async () => {
    const gauge = new Gauge({ name: 'app', help: 'A', labelNames: ['i'], registers: [registry] });
    for (let i = 0; i < 5_000; i++) {
      gauge.set({ i }, i);
      families.requestDuration.observe(families.requestDuration.slot('m', `n${i}`), 1);
    }
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    const found = await page();
    clearImmediate(timer);
    expect(found.get('pmcp_request_duration_seconds')?.metric).toHaveLength(5_000);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('a histogram in protobuf', () => {
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  const observe = () => {
    const { requestDuration } = families;
    const slot = requestDuration.slot('tools/call', 'echo');
    for (const value of [0, 0.0003, 0.1, 0.1, 0.11, 3]) requestDuration.observe(slot, value);
    requestDuration.observe(slot, 1000, ids);
  };

  it('has classic and native buckets with the same counts', async () => {
    observe();
    const { histogram } = await first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 7, schema: 3, zeroCount: 1, zeroThreshold: 2 ** -128 });
    const counts = nativeBuckets(histogram!);
    expect([...counts.values()]).toEqual([1, 2, 1, 1, 1]);
    const bounds = [...counts.keys()];
    for (const [i, value] of [0.0003, 0.1, 0.11, 3, 1000].entries()) {
      expect(bounds[i]).toBeGreaterThanOrEqual(value);
      expect(bounds[i]! / 2 ** (1 / 8)).toBeLessThan(value);
    }
    expect(histogram?.bucket?.at(-2)).toMatchObject({ cumulativeCount: 6, upperBound: 300 });
  });

  it('has the last traced observation of each bucket', async () => {
    observe();
    const { histogram } = await first('pmcp_request_duration_seconds');
    const exemplar = {
      label: [
        { name: 'trace_id', value: ids.traceId },
        { name: 'span_id', value: ids.spanId },
      ],
      value: 1000,
    };
    expect(histogram?.bucket?.at(-1)).toMatchObject({ upperBound: Number.POSITIVE_INFINITY, exemplar });
    expect(histogram?.exemplars).toBeUndefined();
    create('native');
    observe();
    expect((await first('pmcp_request_duration_seconds')).histogram?.exemplars).toMatchObject([exemplar]);
  });

  it('has only the requested form', async () => {
    create('classic');
    observe();
    const classic = (await first('pmcp_request_duration_seconds')).histogram;
    expect(classic?.bucket).toBeDefined();
    expect([classic?.schema, classic?.positiveSpan]).toEqual([undefined, undefined]);
    create('native');
    observe();
    const native = (await first('pmcp_request_duration_seconds')).histogram;
    expect(native?.bucket).toBeUndefined();
    expect(native?.schema).toBe(3);
    expect((await bytes('text')).toString()).toContain('le="0.001"');
  });

  it('is marked as native before its first observation', async () => {
    families.requestDuration.slot('ping', '');
    const { histogram } = await first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 0, schema: 3, zeroThreshold: 2 ** -128 });
  });

  it('has no native buckets if these do not contain all observations', async () => {
    create('native');
    observe();
    const numbers = families.requestDuration.numbers();
    families.requestDuration.addNumbers(0, numbers, 0);
    const { histogram } = await first('pmcp_request_duration_seconds');
    expect(histogram).toMatchObject({ sampleCount: 14 });
    expect(histogram?.schema).toBeUndefined();
    expect(histogram?.bucket).toHaveLength(18);
  });
});
