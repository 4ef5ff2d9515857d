import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';
import { median, table } from './stats.js';

const CALLS = 96;
const PAIRS = 800;

/** (b) Measures a whole callTool over the SDK's in-memory transport, bare and observed in turns. */
export async function roundtrip(): Promise<string> {
  const { observe } = createObservability({
    metrics: { port: false, runtime: false },
    log: { requestsPerSecond: 0 },
  });
  const bare = await connect((server) => server);
  const observed = await connect(observe);
  const rows: string[][] = [];
  for (const concurrency of [1, 32]) {
    await call(bare, concurrency);
    await call(observed, concurrency);
    const times: { bare: number; observed: number }[] = [];
    for (let pair = 0; pair < PAIRS; pair++) times.push(await measurePair(bare, observed, concurrency, pair));
    rows.push([
      concurrency === 1 ? 'one after the other' : `${concurrency} at once`,
      median(times.map((time) => time.bare)).toFixed(1),
      median(times.map((time) => time.observed)).toFixed(1),
      median(times.map((time) => time.observed / time.bare)).toFixed(3),
    ]);
  }
  return table(['callTool round trip, in memory', 'bare, µs', 'observed, µs', 'median ratio'], rows);
}

/** Measures a pair. The two take turns to go first, so that neither has the warmer cache. */
async function measurePair(bare: Client, observed: Client, concurrency: number, pair: number) {
  const [first, second] = pair % 2 === 0 ? [bare, observed] : [observed, bare];
  const times = [await call(first, concurrency), await call(second, concurrency)] as const;
  return pair % 2 === 0 ? { bare: times[0], observed: times[1] } : { bare: times[1], observed: times[0] };
}

async function connect(wrap: (server: McpServer) => McpServer): Promise<Client> {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await wrap(server).connect(serverSide);
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(clientSide);
  return client;
}

/** Microseconds per call. */
async function call(client: Client, concurrency: number): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < CALLS; done += concurrency) {
    const calls = Array.from({ length: concurrency }, () =>
      client.callTool({ name: 'echo', arguments: { text: 'hi' } }),
    );
    await Promise.all(calls);
  }
  return ((performance.now() - start) * 1000) / CALLS;
}
