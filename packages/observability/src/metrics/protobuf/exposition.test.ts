import { Counter, Gauge, Histogram, type Metric as PromMetric, Summary } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { Exposed } from '../../../../../test/support/exposed.js';
import { decodeFamilies, encodeFamilies } from '../../../../../test/support/prometheus-proto.js';
import { linesOf, sortedLabels } from '../../../../../test/support/protobuf-as-text.js';
import { Random } from '../../../../../test/support/random.js';

let exposed: Exposed;
beforeEach(() => {
  exposed = new Exposed();
});

/** Fills a registry with all kinds of metrics, ours and those of the application, with values that are hard to encode. */
function fill(seed: number): void {
  const random = new Random(seed);
  const text = () => random.pick(['', 'a', 'ä€🎉', '\n"\\', 'x'.repeat(200), '{}=,', '\ud800']);
  const value = () =>
    random.pick([0, -1.5, 1e300, 1e-300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 42]);
  for (let i = 0; i < 40; i++) {
    exposed.families.requests.add(exposed.families.requests.slot(text(), text(), text()), random.below(1e6));
    const slot = exposed.families.requestDuration.slot(text(), String(random.below(5)));
    for (let n = random.below(50); n > 0; n--)
      exposed.families.requestDuration.observe(slot, 2 ** (random.below(30) - 20));
    exposed.families.ready.set(exposed.families.ready.slot(), value());
  }
  const labelNames = ['x', 'y'];
  const registers = [exposed.registry];
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
    const text = (await exposed.bytes('text')).toString().split('\n');
    const expected = text.filter((line) => line !== '' && !line.startsWith('#')).map(sortedLabels);
    const found = [...(await exposed.page()).values()].flatMap(linesOf);
    expect(found.sort()).toEqual(expected.sort());
    const types = text.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ').slice(2));
    for (const [name, family] of await exposed.page())
      expect(types).toContainEqual([name, family.type.toLowerCase()]);
  });

  it.each([1, 2, 3])('is byte for byte what the official definition produces (seed %i)', async (seed) => {
    fill(seed);
    const own = await exposed.bytes('protobuf');
    expect(encodeFamilies(decodeFamilies(own)).equals(own)).toBe(true);
  });

  it('has every number of observations exactly, however large', async () => {
    const { requests, requestSize } = exposed.families;
    requests.add(requests.slot('a', 'b', 'c'), 2 ** 53);
    const slot = requestSize.slot('a', 'b');
    for (let i = 0; i < 300; i++) requestSize.observe(slot, 100);
    const { counter } = await exposed.first('pmcp_requests_total');
    const { histogram } = await exposed.first('pmcp_request_size_bytes');
    expect(counter?.value).toBe(2 ** 53);
    expect(histogram).toMatchObject({ sampleCount: 300, sampleSum: 30_000 });
  });

  it('has the start time of counters and histograms, and renews it with a reset', async () => {
    const before = Date.now();
    const { requests, requestDuration } = exposed.families;
    requests.slot('a', 'b', 'c');
    requestDuration.slot('a', 'b');
    const start = async () => {
      const { counter } = await exposed.first('pmcp_requests_total');
      const { histogram } = await exposed.first('pmcp_request_duration_seconds');
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
      exposed.registry.resetMetrics();
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
    exposed.families.requests.add(exposed.families.requests.slot('ping', '', 'ok'), 1);
    new Gauge({ name: 'app', help: 'A', registers: [exposed.registry] }).set(1);
    exposed.registry.setDefaultLabels({ app: 'notes', method: 'none' });
    expect((await exposed.first('pmcp_requests_total')).label).toEqual([
      { name: 'method', value: 'ping' },
      { name: 'outcome', value: 'ok' },
      { name: 'app', value: 'notes' },
    ]);
    expect((await exposed.first('app')).label).toEqual([
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
      exposed.registry.registerMetric(metric(bad));
    }
    exposed.registry.registerMetric(metric({ name: 'no_help', values: [fine] }));
    new Gauge({ name: 'app_fine', help: 'F', registers: [exposed.registry] }).set(1);
    const failures: string[] = [];
    const found = await exposed.page((name) => failures.push(name));
    expect([...found.keys()].sort()).toEqual(['app_fine', 'bad_label', 'bad_labels', 'bad_value', 'no_help']);
    expect(found.get('no_help')).toMatchObject({ help: '', type: 'UNTYPED' });
    expect(failures.sort()).toEqual(
      ['bad name', 'bad_count', 'bad_counts', 'bad_label', 'bad_labels', 'bad_value', 'no_list'].sort(),
    );
  });

  it('lets the event loop run while it writes many series of ours and of others', async () => {
    const gauge = new Gauge({ name: 'app', help: 'A', labelNames: ['i'], registers: [exposed.registry] });
    for (let i = 0; i < 5_000; i++) {
      gauge.set({ i }, i);
      exposed.families.requestDuration.observe(exposed.families.requestDuration.slot('m', `n${i}`), 1);
    }
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    const found = await exposed.page();
    clearImmediate(timer);
    expect(found.get('pmcp_request_duration_seconds')?.metric).toHaveLength(5_000);
    expect(turns).toBeGreaterThan(5);
  });
});
