import { createObservability } from '@pmcp/observability';
import { NoopServer, NoopTransport } from './noop.js';
import { medianOf, table } from './stats.js';

const REQUESTS = 200_000;
const RUNS = 15;
/** How many tools were called before, to show that their number does not matter. */
const TOOLS = [1, 1_000, 10_000];

const OPTIONS = {
  metrics: { port: false, runtime: false, maxNames: 10_000 },
  log: { requestsPerSecond: 0 },
} as const;

const request = { jsonrpc: '2.0', id: 0, method: 'tools/call', params: { name: 'tool_0', arguments: {} } };
const answer = { jsonrpc: '2.0', id: 0, result: { content: [] } };

/** (a) Measures a request and its answer through a watched transport: the cost of the recorder alone. */
export async function recorder(): Promise<string> {
  const rows: (string | number)[][] = [];
  const bare = new NoopTransport();
  void new NoopServer().connect(bare);
  exchange(bare, REQUESTS);
  const floor = await medianOf(RUNS, () => exchange(bare, REQUESTS));
  rows.push(['not observed', floor.toFixed(0), '']);
  for (const tools of TOOLS) {
    const transport = await observed(tools);
    exchange(transport, REQUESTS);
    const ns = await medianOf(RUNS, () => exchange(transport, REQUESTS));
    rows.push([
      `observed, ${tools} tools called before`,
      ns.toFixed(0),
      bytesPerRequest(transport).toFixed(1),
    ]);
  }
  return table(['recorder, metrics only', 'ns per request', 'bytes allocated per request'], rows);
}

async function observed(tools: number): Promise<NoopTransport> {
  const { observe } = createObservability(OPTIONS);
  const names = Array.from({ length: tools }, (_, i) => `tool_${i}`);
  const server = observe(new NoopServer(Object.fromEntries(names.map((name) => [name, {}]))));
  const transport = new NoopTransport();
  await server.connect(transport);
  for (const name of names) {
    transport.onmessage?.({ ...request, params: { name } });
    await transport.send(answer);
  }
  return transport;
}

function exchange(transport: NoopTransport, count: number): number {
  const start = performance.now();
  for (let id = 0; id < count; id++) {
    request.id = id;
    answer.id = id;
    transport.onmessage?.(request);
    void transport.send(answer);
  }
  return ((performance.now() - start) * 1e6) / count;
}

/**
 * Returns the allocated bytes. A large young generation prevents a garbage collection,
 * so the heap grows by all allocated bytes.
 */
function bytesPerRequest(transport: NoopTransport): number {
  const count = 100_000;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  exchange(transport, count);
  return (process.memoryUsage().heapUsed - before) / count;
}
