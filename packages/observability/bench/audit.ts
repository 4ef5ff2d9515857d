import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObservability, type Options } from '@pmcp/observability';
import { NoopServer, NoopTransport } from './noop.js';
import { median, table } from './stats.js';

const CALLS = 20_000;
const RUNS = 9;

/** Measures what an audit record of each call adds to the metrics alone: on, off, on, off. */
export async function audit(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-audit-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, 'a secret of more than sixteen bytes');
  const ways = {
    off: await observed(undefined),
    'on, without a key': await observed({ destination: join(folder, 'plain.jsonl') }),
    'on, with a hash of the arguments': await observed({
      destination: join(folder, 'hashed.jsonl'),
      keyFile,
    }),
    'on, calls refused that cannot be recorded': await observed({
      destination: join(folder, 'strict.jsonl'),
      onFailure: 'refuse',
    }),
  };
  const times = new Map(Object.keys(ways).map((way) => [way, [] as number[]]));
  for (let run = 0; run < RUNS; run++)
    for (const [way, transport] of Object.entries(ways)) times.get(way)?.push(calls(transport));
  rmSync(folder, { recursive: true });
  const rows = [...times].map(([way, values]) => [way, median(values).toFixed(2)]);
  return table(['audit log', 'µs of processor time a call'], rows);
}

async function observed(options: Options['audit'] | undefined): Promise<NoopTransport> {
  const { observe } = createObservability({
    metrics: { port: false, runtime: false },
    log: { requestsPerSecond: 0 },
    ...(options && { audit: options }),
  });
  const transport = new NoopTransport();
  await observe(new NoopServer()).connect(transport);
  calls(transport);
  return transport;
}

/**
 * @returns the processor time of each call in microseconds, which other programs on the machine do not change
 */
function calls(transport: NoopTransport): number {
  const start = process.cpuUsage();
  for (let id = 0; id < CALLS; id++) {
    const params = { name: 'save', arguments: { note: 'buy milk', tags: ['home'] } };
    transport.onmessage?.({ jsonrpc: '2.0', id, method: 'tools/call', params });
    void transport.send({ jsonrpc: '2.0', id, result: { content: [] } });
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / CALLS;
}
