/** Serves 5,000 requests per second for minutes, and reports the figures of each minute. See outage.ts. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';
import { quantile } from './stats.js';

const PER_SECOND = 5_000;
const PROBES_MS = 20;

export interface Minute {
  readonly p50: number;
  readonly p99: number;
  /** Megabytes. */
  readonly heap: number;
  readonly rss: number;
  /** Spans and log lines so far. */
  readonly dropped: number;
}

const [minutes = '', endpoint = ''] = process.argv.slice(2);
if (minutes !== '') {
  const exporting = { traces: { endpoint }, log: { otlp: true, requestsPerSecond: 1e9 } };
  const { observe, registry } = createObservability({
    metrics: { port: false, runtime: false },
    ...(endpoint ? exporting : { traces: { mode: 'off' }, log: { requestsPerSecond: 0 } }),
  });
  const request = await noopServer(observe);
  const client = await realServer(observe);
  for (let minute = 0; minute < Number(minutes); minute++) {
    const until = performance.now() + 60_000;
    const [latencies] = await Promise.all([probe(client, until), load(request, until)]);
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    process.send?.({
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      heap: heapUsed / 1e6,
      rss: rss / 1e6,
      dropped: await dropped(registry),
    } satisfies Minute);
  }
  process.disconnect();
  process.exit();
}

type Observe = ReturnType<typeof createObservability>['observe'];

async function noopServer(observe: Observe): Promise<(id: number) => void> {
  const done = Promise.resolve();
  const transport = {
    onmessage: (_message: object) => {},
    start: () => done,
    send: (_message: object) => done,
    close: () => done,
  };
  await observe({ connect: async (to: typeof transport) => to.start() }).connect(transport);
  const params = { name: 'echo', arguments: {} };
  return (id) => {
    transport.onmessage({ jsonrpc: '2.0', id, method: 'tools/call', params });
    void transport.send({ jsonrpc: '2.0', id, result: { content: [] } });
  };
}

async function realServer(observe: Observe): Promise<Client> {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await observe(server).connect(serverSide);
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(clientSide);
  return client;
}

/** Sends requests spread over time, as from many clients. */
async function load(request: (id: number) => void, until: number): Promise<void> {
  const start = performance.now();
  for (let sent = 0; performance.now() < until; await delay(1)) {
    const due = ((performance.now() - start) / 1000) * PER_SECOND;
    while (sent < due) request(++sent);
  }
}

/** Returns the milliseconds that calls take meanwhile. */
async function probe(client: Client, until: number): Promise<number[]> {
  const latencies: number[] = [];
  for (; performance.now() < until; await delay(PROBES_MS)) {
    const start = performance.now();
    await client.callTool({ name: 'echo', arguments: { text: 'hi' } });
    latencies.push(performance.now() - start);
  }
  return latencies;
}

async function dropped(registry: ReturnType<typeof createObservability>['registry']): Promise<number> {
  const text = await registry.getSingleMetricAsString('pmcp_telemetry_dropped_total');
  return [...text.matchAll(/ (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
