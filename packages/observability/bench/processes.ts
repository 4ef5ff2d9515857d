/** Measures what a scrape costs the process that has the port, if it also shows ten other processes. */
import { deserialize, serialize } from 'node:v8';
import { Registry } from 'prom-client';
import type { Health } from '../src/health/health.js';
import { expose } from '../src/metrics/exposition.js';
import { createFamilies } from '../src/metrics/families.js';
import { registerFamilies } from '../src/metrics/registry.js';
import { registerRuntimeMetrics } from '../src/metrics/runtime.js';
import { Snapshots } from '../src/processes/snapshot.js';
import { viewOf } from '../src/processes/view.js';
import { Reader, Writer } from '../src/processes/wire.js';
import { median, table } from './stats.js';

const PROCESSES = 10;
const TOOLS = 40;
const RUNS = 60;

const NO_CHECKS = { checks: [], timestamp: '' };
const health: Pick<Health, 'report' | 'readiness'> = {
  report: async () => ({ status: 'healthy', ...NO_CHECKS }),
  readiness: async () => ({ ready: true, stopping: false, ...NO_CHECKS }),
};

export async function processes(): Promise<string> {
  const registry = serverOf(TOOLS);
  const shown = { registry, health };
  const snapshots = new Snapshots(shown);
  const writer = new Writer();
  const own = await snapshots.take();
  const first = serialize(writer.write(own));
  const later = serialize(writer.write(own));
  const readers = Array.from({ length: PROCESSES }, () => new Reader());
  const scrape = async (bytes: Buffer) => {
    const siblings = readers.map((reader, i) => ({
      worker: i + 1,
      snapshot: reader.read(deserialize(bytes)),
    }));
    const view = viewOf(shown, own, { siblings, gone: [] }, () => {});
    for await (const _ of expose(view.registry));
  };
  const rows = [];
  for (const [title, bytes] of [
    ['names of series in each answer', first],
    ['names of series told before', later],
  ] as const) {
    const { ms, cpu } = await measured(() => scrape(bytes));
    rows.push([title, String(bytes.length), `${cpu.toFixed(1)} ms`, `${ms.toFixed(1)} ms`]);
  }
  const head = `${PROCESSES} processes of ${await lines(registry)} lines`;
  return table([head, 'bytes of each', 'processor time', 'median'], rows);
}

/** Returns the elapsed time and the processor time. On a busy machine the processor time is more exact. */
async function measured(work: () => Promise<void>): Promise<{ ms: number; cpu: number }> {
  for (let run = 0; run < RUNS; run++) await work();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: median(times), cpu: (user + system) / 1000 / RUNS };
}

function serverOf(tools: number): Registry {
  const registry = new Registry();
  const families = createFamilies();
  const { requestDuration, requests } = families;
  registerFamilies(Object.values(families), registry);
  registerRuntimeMetrics(registry);
  for (let i = 0; i < tools; i++) {
    requestDuration.observe(requestDuration.slot('tools/call', `tool ${i}`), 0.01);
    for (const outcome of ['ok', 'tool_error', 'client_error', 'server_error', 'cancelled'])
      requests.add(requests.slot('tools/call', `tool ${i}`, outcome), 1);
  }
  return registry;
}

async function lines(registry: Registry): Promise<number> {
  let count = 0;
  for await (const chunk of expose(registry)) count += chunk.toString().split('\n').length - 1;
  return count;
}
