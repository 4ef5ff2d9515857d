/** What a scrape costs the process that has the port, when it shows ten others too. */
import { deserialize, serialize } from 'node:v8';
import { Registry } from 'prom-client';
import type { Health } from '../src/health/health.js';
import { expose } from '../src/metrics/exposition.js';
import { createFamilies } from '../src/metrics/families.js';
import { registerFamilies } from '../src/metrics/registry.js';
import { registerRuntimeMetrics } from '../src/metrics/runtime.js';
import { Snapshots } from '../src/processes/snapshot.js';
import { viewOf } from '../src/processes/view.js';
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
  const bytes = serialize(await snapshots.take());
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const own = await snapshots.take();
    const start = performance.now();
    const siblings = Array.from({ length: PROCESSES }, (_, i) => ({
      worker: i + 1,
      snapshot: deserialize(bytes),
    }));
    const view = viewOf(shown, own, { siblings, gone: [] }, () => {});
    for await (const _ of expose(view.registry));
    times.push(performance.now() - start);
  }
  return table(
    ['processes', 'lines of each', 'bytes of each', 'read, added up and rendered'],
    [
      [
        String(PROCESSES),
        String(await lines(registry)),
        String(bytes.length),
        `${median(times).toFixed(1)} ms`,
      ],
    ],
  );
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
