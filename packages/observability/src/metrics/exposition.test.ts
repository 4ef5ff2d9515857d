import { Counter, Gauge, Histogram, type Metric, Registry, Summary } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { worked } from '../../../../test/support/holds/worked.mjs';
import { least } from '../../../../test/support/measured.js';
import { expose } from './exposition.js';
import { createFamilies, type Families } from './families.js';
import { registerFamilies } from './registry.js';

let registry: Registry;
let families: Families;
beforeEach(() => {
  registry = new Registry();
  families = createFamilies();
  registerFamilies(Object.values(families), registry);
});

async function text(format: 'text' | 'openmetrics' = 'text'): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of expose(registry, format)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** prom-client separates families by blank lines, lists those without series, and puts `le` first. */
function normalised(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join()}}`))
    .sort();
}

/** Returns how often the event loop ran while a page was rendered, and for how many milliseconds one turn held it at most. */
async function turnsOf(make: () => Promise<string>) {
  let turns = 0;
  let longest = 0;
  let before = worked();
  const note = () => {
    const now = worked();
    longest = Math.max(longest, now - before);
    before = now;
    turns++;
  };
  let timer = setImmediate(function turn() {
    note();
    timer = setImmediate(turn);
  });
  const page = await make();
  note();
  clearImmediate(timer);
  return { page, turns, longest };
}

/** It was 180 ms when 100,000 lines were rendered in one turn. */
const LONGEST_MS = 60;

/** Expects that no turn of rendering is long, whenever it is measured. */
async function expectShortTurns(): Promise<void> {
  expect(await least(LONGEST_MS, async () => (await turnsOf(text)).longest)).toBeLessThan(LONGEST_MS);
}

describe('the exposition', () => {
  it('is equal to that of prom-client for the same registry', async () => {
    families.requests.add(families.requests.slot('tools/call', 'echo', 'ok'), 3);
    families.requestDuration.observe(families.requestDuration.slot('tools/call', 'echo'), 0.03);
    families.ready.set(families.ready.slot(), 1);
    new Counter({ name: 'app_total', help: 'A', labelNames: ['x'], registers: [registry] }).inc(
      { x: 'a"b' },
      2,
    );
    new Gauge({ name: 'app_gauge', help: 'A', registers: [registry] }).set(-1.5);
    new Histogram({
      name: 'app_h',
      help: 'A',
      labelNames: ['y'],
      buckets: [1, 2],
      registers: [registry],
    }).observe({ y: 'b' }, 1.5);
    new Summary({ name: 'app_s', help: 'A', percentiles: [0.5], registers: [registry] }).observe(4);

    expect(normalised(await text())).toEqual(normalised(await registry.metrics()));
  });

  it('names counters in OpenMetrics without _total, keeps their samples, and ends with EOF', async () => {
    families.requests.add(families.requests.slot('ping', '', 'ok'), 1);
    new Counter({ name: 'app_total', help: 'The "app"', registers: [registry] }).inc();
    new Counter({ name: 'app_things', help: 'No suffix', registers: [registry] }).inc();

    const page = await text('openmetrics');

    expect(page).toContain(
      '# TYPE pmcp_requests counter\npmcp_requests_total{method="ping",name="",outcome="ok"} 1\n',
    );
    expect(page).toContain('# HELP app The \\"app\\"\n# TYPE app counter\napp_total 1\n');
    expect(page).toContain('# TYPE app_things unknown\napp_things 1\n');
    expect(page.endsWith('\n# EOF\n')).toBe(true);
  });

  it('omits and reports a metric whose collect function throws, and shows the others', async () => {
    const failures: string[] = [];
    new Gauge({
      name: 'app_broken',
      help: 'B',
      registers: [registry],
      collect() {
        throw new Error('no');
      },
    });
    new Gauge({ name: 'app_fine', help: 'F', registers: [registry] }).set(1);

    let page = '';
    for await (const chunk of expose(registry, 'text', (name) => failures.push(name))) page += chunk;

    expect(page).toContain('app_fine 1');
    expect(page).not.toContain('app_broken');
    expect(failures).toEqual(['app_broken']);
  });

  it('puts the default labels of the registry on every line', async () => {
    families.ready.set(families.ready.slot(), 1);
    families.requests.add(families.requests.slot('ping', '', 'ok'), 1);
    registry.setDefaultLabels({ app: 'notes' });
    const page = await text();
    expect(page).toContain('pmcp_ready{app="notes"} 1\n');
    expect(page).toMatch(/pmcp_requests_total\{.*app="notes".*\} 1\n/);
  });

  it('keeps exemplars with default labels, ours and those of the application', async () => {
    const { requestDuration } = families;
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    requestDuration.observe(requestDuration.slot('ping', ''), 0.03, trace);
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const exemplars = { enableExemplars: true, buckets: [1], registers: [registry] };
    const own = new Histogram({ name: 'app_h', help: 'A', ...exemplars });
    own.observe({ value: 0.5, exemplarLabels: { trace_id: 'mine' } } as never);
    registry.setDefaultLabels({ app: 'notes' });
    const page = await text('openmetrics');
    const ids = `trace_id="${trace.traceId}",span_id="${trace.spanId}"`;
    expect(page).toMatch(
      new RegExp(`^pmcp_request_duration_seconds_bucket\\{.*\\} 1 # \\{${ids}\\} 0.03 \\d`, 'm'),
    );
    expect(page).toMatch(/^app_h_bucket\{.*\} 1 # \{trace_id="mine"\} 0.5 \d/m);
    expect(await text('text')).not.toContain('trace_id');
  });

  it('lets the event loop run while it renders a large page', async () => {
    for (let i = 0; i < 5_000; i++)
      families.requestDuration.observe(families.requestDuration.slot('m', `n${i}`), 1);
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    await text();
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it('writes text of any length and script completely', async () => {
    const long = 'ü'.repeat(200_000);
    new Gauge({ name: 'app_long', help: long, registers: [registry] }).set(1);
    expect(await text()).toContain(`# HELP app_long ${long}\n`);
  });

  it('omits an invalid metric, reports it once, and shows the others', async () => {
    const failures: string[] = [];
    const metric = (values: object) => ({ get: async () => values, ...values }) as unknown as Metric;
    const fine = { value: 1, labels: { a: 'b' } };
    for (const bad of [
      { name: 'no_help', type: 'gauge', values: [fine] },
      { name: 'no_type', help: 'N', values: [fine] },
      { name: 'bad name', help: 'B', type: 'gauge', values: [fine] },
      { name: 'bad_label', help: 'B', type: 'gauge', values: [{ value: 1, labels: { 'a-b': '1' } }, fine] },
      { name: 'bad_sample', help: 'B', type: 'gauge', values: [{ value: 1, metricName: 'a b' }, fine] },
      {
        name: 'bad_value',
        help: 'B',
        type: 'gauge',
        values: [{ value: '1"\n' }, { value: undefined }, fine],
      },
      {
        name: 'bad_labels',
        help: 'B',
        type: 'gauge',
        values: [{ value: 1, labels: { a: Object.create(null) } }, fine],
      },
      { name: 'no_list', help: 'B', type: 'gauge', values: 5 },
    ]) {
      registry.registerMetric(metric(bad));
    }
    new Gauge({ name: 'app_fine', help: 'F', registers: [registry] }).set(1);
    for (const format of ['text', 'openmetrics'] as const) {
      failures.length = 0;
      let page = '';
      for await (const chunk of expose(registry, format, (name) => failures.push(name))) page += chunk;
      expect(page).toContain('app_fine 1\n');
      for (const name of ['no_help', 'no_type', 'bad_label', 'bad_sample', 'bad_value', 'bad_labels']) {
        expect(page).toContain(`\n${name}{a="b"} 1\n`);
      }
      for (const line of page.trimEnd().split('\n')) {
        expect(line).toMatch(
          /^(# (HELP|TYPE) [a-zA-Z_:][\w:]* ?.*|# EOF|[a-zA-Z_:][\w:]*(\{.*\})? [\d.e+-]+)$/,
        );
      }
      expect(failures.sort()).toEqual(
        ['bad name', 'bad_label', 'bad_labels', 'bad_sample', 'bad_value', 'no_list'].sort(),
      );
    }
  });

  it('lets the event loop run while it renders a large registry of the application', async () => {
    const registers = [registry];
    for (let m = 0; m < 20; m++) {
      const gauge = new Gauge({ name: `app_${m}`, help: 'A', labelNames: ['i'], registers });
      for (let i = 0; i < 5_000; i++) gauge.set({ i }, i);
    }
    await text();
    const { page, turns } = await turnsOf(text);
    expect(page.split('\n').length).toBeGreaterThan(100_000);
    expect(turns).toBeGreaterThan(20);
    await expectShortTurns();
  });

  it.each<[string, (at: { registers: Registry[] }) => Metric]>([
    [
      'gauge',
      (at) => {
        const gauge = new Gauge({ name: 'app_large', help: 'A', labelNames: ['i'], ...at });
        for (let i = 0; i < 50_000; i++) gauge.set({ i }, i);
        return gauge;
      },
    ],
    [
      'counter',
      (at) => {
        const counter = new Counter({ name: 'app_large', help: 'A', labelNames: ['i'], ...at });
        for (let i = 0; i < 50_000; i++) counter.inc({ i }, i);
        return counter;
      },
    ],
    [
      'histogram',
      (at) => {
        const buckets = [1, 2, 3, 5, 8];
        const histogram = new Histogram({ name: 'app_large', help: 'A', labelNames: ['i'], buckets, ...at });
        for (let i = 0; i < 8_000; i++) histogram.observe({ i }, i % 9);
        return histogram;
      },
    ],
  ])('lets the event loop run while it renders one large %s, as prom-client renders it', async (_, make) => {
    const metric = make({ registers: [registry] });
    await text();
    let asked = 0;
    Object.assign(metric, { collect: () => asked++ });
    const { page, turns } = await turnsOf(text);
    // The copy took one turn, and rendering took a few.
    expect(turns).toBeGreaterThan(8_000 / 500);
    expect(asked).toBe(1);
    await expectShortTurns();
    expect(normalised(page)).toEqual(normalised(await registry.metrics()));
  });

  it('shows a metric with its own get method as it returns it', async () => {
    const gauge = new Gauge({ name: 'app_own', help: 'A', labelNames: ['i'], registers: [registry] });
    for (let i = 0; i < 2_000; i++) gauge.set({ i }, i);
    gauge.get = async () =>
      ({ name: 'app_own', help: 'A', type: 'gauge', values: [{ labels: {}, value: 7 }] }) as never;
    expect((await text()).match(/^app_own.*$/gm)).toEqual(['app_own 7']);
  });
});
