import { execFile, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyFiles } from '../../../packages/observability/src/audit/verify.js';
import { loadExporters } from '../../support/exporters-loaded.js';
import { HttpCollector } from '../../support/http-collector.js';
import { until } from '../../support/until.js';

beforeAll(loadExporters);

const exec = promisify(execFile);
const CLI = 'packages/observability/dist/cli.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-export-'));
  file = join(folder, 'audit.jsonl');
  const toolkit = start(file);
  await call(toolkit, 40);
  await toolkit.shutdown();
});

afterAll(() => rm(folder, { recursive: true }));

function start(destination: string): Observability {
  return createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    log: { level: 'fatal' },
    audit: { destination },
  });
}

/** Makes this many calls of a server that answers at once. */
async function call(toolkit: Observability, count: number): Promise<void> {
  const transport: Record<string, unknown> & { onmessage?: (message: object) => void } = {
    start: async () => {},
    send: async () => {},
    close: async () => {},
  };
  const server = toolkit.observe({
    connect: async (given: typeof transport & { start(): Promise<void> }) => {
      given.onmessage = ({ id }: { id?: number }) =>
        void (given as never as { send(answer: object): Promise<void> }).send({
          jsonrpc: '2.0',
          id,
          result: {},
        });
      await given.start();
    },
  });
  await server.connect(transport as never);
  for (let id = 0; id < count; id++)
    transport.onmessage?.({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'save' } });
}

const exported = (...args: string[]) =>
  exec(process.execPath, [CLI, 'audit', 'export', '--format', 'ocsf', ...args]).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

describe('audit export', () => {
  it('prints an event for each activity, and leaves the file unchanged', async () => {
    const { code, stdout } = await exported(file);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(code).toBe(0);
    expect(events).toHaveLength(40);
    expect(events[39]).toMatchObject({ class_uid: 6003, api: { request: { uid: '39' } } });
    expect((await verifyFiles([file])).fault).toBeUndefined();
  });

  it('reads records from its standard input while they are written', async () => {
    const child = spawn(process.execPath, [CLI, 'audit', 'export', '-'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createReadStream(file).pipe(child.stdin);
    expect((await text(child.stdout)).trimEnd().split('\n')).toHaveLength(40);
  });

  it('stops at the first damaged record, and names it', async () => {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const changed = join(folder, 'changed.jsonl');
    lines[20] = lines[20]!.replace('save', 'gave');
    await writeFile(changed, lines.join('\n'));
    const { code, stdout, stderr } = await exported(changed);
    expect(code).not.toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(19);
    expect(stderr).toContain(`${changed}:21 was changed`);
  });
});

describe('records that are sent to a collector', () => {
  afterEach(() => vi.unstubAllEnvs());

  const exportTo = (url: string) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
  };

  it('arrive completely and with the text that the chain was computed from, and are counted', async () => {
    const collector = await HttpCollector.start();
    exportTo(collector.url);
    const toolkit = start('otlp');
    await call(toolkit, 100);
    await toolkit.shutdown();
    collector.stop();
    const records = collector.logs.map(({ body }) => String(body));
    const arrived = join(folder, 'arrived.jsonl');
    await writeFile(arrived, `${records.join('\n')}\n`);
    expect(await verifyFiles([arrived])).toMatchObject({ fault: undefined, records: 102, isEnded: true });
    expect(await toolkit.registry.metrics()).toMatch(/pmcp_telemetry_exported_total{signal="audit"} 10\d/);
  });

  it('are bounded while the collector is down, and lost ones are counted', async () => {
    exportTo('http://127.0.0.1:1');
    const toolkit = start('otlp');
    await call(toolkit, 5_000);
    const lost = async () =>
      [...(await toolkit.registry.metrics()).matchAll(/dropped_total{signal="audit",reason="\w+"} (\d+)/g)]
        .map(([, count]) => Number(count))
        .reduce((sum, count) => sum + count, 0);
    // All except the records that may still wait.
    await until(async () => (await lost()) >= 5_000 - 2_048);
    await toolkit.shutdown();
  });

  it('never delay calls', () => {
    expect(() => createObservability({ audit: { destination: 'otlp', onFailure: 'refuse' } })).toThrow(
      'Expected `audit.onFailure` to be continue where audit.destination is otlp',
    );
  });
});
