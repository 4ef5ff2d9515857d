import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { REQUIRE_BANNER } from '../../support/bundled.js';
import { type Samples, scrape } from '../../support/exposition.js';
import { until } from '../../support/until.js';
import { type Processes, startProcesses } from './processes.js';

const CALLS = 'pmcp_requests_total{method="tools/call",name="add",outcome="ok"}';
const DURATIONS = 'pmcp_request_duration_seconds_count{method="tools/call",name="add"}';
const LEFT_OUT = 'pmcp_telemetry_dropped_total{signal="metrics",reason="other_version"}';

let folder: string;
let processes: Processes | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(process.cwd(), 'node_modules/.versions-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await processes?.end();
  processes = undefined;
});

/** Makes a copy of the package that differs like another version. @returns its file */
async function version(name: string, from: RegExp, to: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents: "export * from '@pmcp/observability';", resolveDir: process.cwd() };
  const banner = { js: REQUIRE_BANNER };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', banner, outfile, logLevel: 'error' });
  const text = await readFile(outfile, 'utf8');
  expect(text).toMatch(from);
  await writeFile(outfile, text.replace(from, to));
  return outfile;
}

async function scrapedWhen(port: number, isSo: (samples: Samples) => boolean): Promise<Samples> {
  let samples: Samples | undefined;
  await until(async () => {
    samples = await scrape(port).catch(() => undefined);
    return samples !== undefined && isSo(samples);
  });
  return samples!;
}

describe('while processes of a server are replaced by another version', () => {
  it('processes with another format are left out, counted and logged, and shown when no others are left', async () => {
    const other = await version('speaks', /\bprotocol: 1\b/, 'protocol: 2');
    processes = await startProcesses('cluster', 2);
    const { port } = processes;
    await processes.start(other);
    for (const [server, call] of [2, 3, 10].entries()) await processes.tell(server, { call });
    const samples = await scrapedWhen(port, (all) => all.get(CALLS) === 5 && (all.get(LEFT_OUT) ?? 0) >= 1);
    expect(samples.get('pmcp_active_connections{transport="other"}')).toBe(2);
    expect(samples.get('shop_orders_total')).toBe(5);
    await expect
      .poll(() => processes?.warnings)
      .toEqual([
        expect.stringContaining('by a process of this server with another version of @pmcp/observability'),
      ]);
    await processes.start(other);
    await processes.tell(3, { call: 7 });
    for (const server of [0, 1]) await processes.tell(server, { kill: true });
    await scrapedWhen(port, (all) => all.get(CALLS) === 17);
  });

  it('a metric with another definition is left out and counted, and all others are merged', async () => {
    const other = await version('buckets', /(var DURATION_BUCKETS = \[\s*)1e-3,/, '$1');
    processes = await startProcesses('cluster', 1);
    await processes.start(other);
    for (const [server, call] of [2, 3].entries()) await processes.tell(server, { call });
    const samples = await scrapedWhen(processes.port, (all) => all.get(CALLS) === 5);
    expect(samples.get(DURATIONS)).toBe(2);
    await scrapedWhen(processes.port, (all) => (all.get(LEFT_OUT) ?? 0) >= 1);
    expect(processes.warnings).toEqual([]);
  });
});
