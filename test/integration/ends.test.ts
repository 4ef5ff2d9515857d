import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { until } from '../support/until.js';

let collector: Collector;
let folder: string;
let child: ChildProcess;
beforeAll(async () => {
  collector = await Collector.start();
});
afterAll(() => collector.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmcp-ends-'));
  collector.spans.length = 0;
  collector.metrics.length = 0;
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'cli', version: '1' } },
};

/** A short session of a stdio server that is announced, and has telemetry that nobody has sent yet. */
async function session(env: Record<string, string> = {}): Promise<void> {
  child = spawn(process.execPath, ['test/fixtures/stdio-server.mjs'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      PMCP_METRICS_FILE_SD_DIR: folder,
      ...env,
    },
  });
  child.stdin?.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(createInterface({ input: child.stdout! }), 'line');
  await until(() => readdirSync(folder).some((file) => file.endsWith('.json')));
}

const ended = () => once(child, 'exit');

describe('a stdio server', () => {
  it.each(['EOF', 'SIGTERM', 'SIGINT'] as const)(
    'that ends by %s has sent what was queued, and withdraws its announcement',
    async (how) => {
      await session();
      if (how === 'EOF') child.stdin?.end();
      else child.kill(how);
      expect(await ended()).toEqual(how === 'EOF' ? [0, null] : [null, how]);
      expect(collector.spans.map(({ name }) => name)).toEqual(['initialize']);
      expect(collector.metrics.map(({ name }) => name)).toContain('pmcp_requests_total');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('that ends by SIGHUP withdraws its announcement', async () => {
    await session();
    child.kill('SIGHUP');
    expect(await ended()).toEqual([null, 'SIGHUP']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('whose application ends the process withdraws its announcement', async () => {
    await session({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LEAVES)}` });
    child.stdin?.end();
    expect(await ended()).toEqual([3, null]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** What applications do when their client is gone. */
const LEAVES = "process.stdin.once('end', () => process.exit(3));";
