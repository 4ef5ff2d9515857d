/**
 * Serves 5,000 requests per second with defaults for 10 seconds,
 * and reports how the export went. See export.ts.
 */
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createObservability } from '@pmcp/observability';

const PER_SECOND = 5_000;
const SECONDS = 10;

/** How long the serialisation of each batch takes. This part of an export blocks the event loop. */
const serialising: number[] = [];
const require = createRequire(import.meta.resolve('@pmcp/otlp'));
const { ProtobufTraceSerializer: serializer } =
  require('@opentelemetry/otlp-transformer') as typeof import('@opentelemetry/otlp-transformer');
const { serializeRequest } = serializer;
serializer.serializeRequest = (spans) => {
  const start = performance.now();
  const bytes = serializeRequest.call(serializer, spans);
  serialising.push(performance.now() - start);
  return bytes;
};

const done = Promise.resolve();
const transport = {
  onmessage: (_message: object) => {},
  start: () => done,
  send: (_message: object) => done,
  close: () => done,
};
const { observe, registry } = createObservability({
  metrics: { port: false, runtime: false },
  log: { level: 'off' },
  traces: { endpoint: process.argv[2] ?? '' },
});
await observe({ connect: async (to: typeof transport) => to.start() }).connect(transport);

let id = 0;
const params = { name: 'echo', arguments: {} };
function request(): void {
  id++;
  transport.onmessage({ jsonrpc: '2.0', id, method: 'tools/call', params });
  void transport.send({ jsonrpc: '2.0', id, result: { content: [] } });
}

/** Sends requests spread over time, as from many clients. */
async function load(seconds: number): Promise<void> {
  const start = performance.now();
  const first = id;
  while (performance.now() - start < seconds * 1000) {
    const due = ((performance.now() - start) / 1000) * PER_SECOND;
    while (id - first < due) request();
    await delay(1);
  }
}

async function total(name: string): Promise<number> {
  const text = await registry.getSingleMetricAsString(name);
  return [...text.matchAll(/signal="traces".*} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

await load(2);
globalThis.gc?.();
const { heapUsed } = process.memoryUsage();
// An explicit garbage collection discards compiled code,
// which does not happen in a server. Its cost is not counted.
const fromTheFirst = serialising.length;
await load(1);
serialising.splice(fromTheFirst);
const before = { heap: heapUsed, id };
const stalls = monitorEventLoopDelay({ resolution: 1 });
stalls.enable();
await load(SECONDS);
stalls.disable();
globalThis.gc?.();
const heapGrowth = process.memoryUsage().heapUsed - before.heap;
const exported = await total('pmcp_telemetry_exported_total');
const dropped = await total('pmcp_telemetry_dropped_total');
const perSecond = (id - before.id) / SECONDS;
const longestBatch = Math.max(...serialising);
process.send?.({ perSecond, exported, dropped, longestBatch, longestStall: stalls.max / 1e6, heapGrowth });
await delay(60_000);
