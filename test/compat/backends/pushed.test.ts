import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { line, linesOf, type Pushed, pushed, steady } from '../../support/pushed.js';
import { openVictoriaMetrics } from '../stores.js';
import { exported } from './points.js';

const FLAGS = [
  // Names with underscores and units, as a scrape has them.
  '-opentelemetry.usePrometheusNaming',
  // Only the labels that a scrape has.
  '-opentelemetry.promoteAllResourceAttributes=false',
  '-opentelemetry.promoteScopeMetadata=false',
];

const deaths: string[] = [];
const children = new Children((message) => deaths.push(message));
const folder = mkdtempSync(join(tmpdir(), 'pmcp-pushed-'));
let said: Pushed;
let store: string;

beforeAll(async () => {
  said = await pushed();
  store = (await openVictoriaMetrics(children, folder, FLAGS)).url;
});

afterAll(async () => {
  await children.stop();
  rmSync(folder, { recursive: true });
});

/** Returns the latest value of each series as lines of a page. */
async function lines(): Promise<string[]> {
  const points = await exported(store);
  return [...points].map(([series, values]) => {
    const [, latest] = [...values].sort(([a], [b]) => a - b).at(-1)!;
    return line(Object.fromEntries(JSON.parse(series)), latest);
  });
}

/** VictoriaMetrics rounds to some 12 digits when it compresses. */
const rounded = (of: readonly string[]) =>
  of.map((text) => text.replace(/\S+$/, (value) => Number(value).toPrecision(10)));

it('VictoriaMetrics has the names, labels and values of a scrape when a server pushes over OTLP', async () => {
  for (const body of said.bodies) {
    const response = await fetch(`${store}/opentelemetry/v1/metrics`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array(body),
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
  }
  await fetch(`${store}/internal/force_flush`);
  const wanted = steady(linesOf(said.page));
  expect(wanted.length).toBeGreaterThan(50);
  const found = steady(await lines()).filter((text) => !text.startsWith('target_info'));
  expect(rounded(found)).toEqual(rounded(wanted));
  expect(deaths).toEqual([]);
});
