/** Measures one subject in its own process, and prints the result as JSON. See signals.ts. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as InMemoryTransportV1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';
import { median } from './stats.js';

export const SUBJECTS = [
  'bare',
  'AsyncLocalStorage alone',
  'metrics',
  'metrics and log',
  'metrics and unsampled spans',
  'metrics and spans',
  'all three',
  '@sentry/node',
] as const;
export type Subject = (typeof SUBJECTS)[number];

const BATCHES = 200;
const CALLS = 96;

const NAMED = { name: 'bench', version: '1.0.0' };
const CALL = { name: 'echo', arguments: { text: 'hi' } };

export type Sdk = 'v1' | 'v2';

const [subject, sdk, endpoint] = process.argv.slice(2) as [Subject, Sdk, string];
if (endpoint !== undefined) {
  const observe = await observerOf(subject);
  const noop = await noopTransport(observe);
  const roundtrip = await perCall(await (sdk === 'v1' ? callToolV1 : callToolV2)(observe));
  process.stdout.write(JSON.stringify({ noop, roundtrip }));
  process.exit();
}

type Observe = <Server extends object>(server: Server) => Server;

async function observerOf(subject: Subject): Promise<Observe> {
  if (subject === 'bare') return (server) => server;
  if (subject === 'AsyncLocalStorage alone') return insideStorage;
  if (subject === '@sentry/node') return sentry();
  const logs = subject === 'metrics and log' || subject === 'all three';
  const spans = subject === 'all three' || subject.includes('spans');
  return createObservability({
    metrics: { port: false, runtime: false },
    log: { requestsPerSecond: logs ? 1e9 : 0 },
    traces: spans ? { endpoint, ...(subject.includes('unsampled') && { sampleRatio: 0 }) } : { mode: 'off' },
  }).observe;
}

/** Sets up Sentry: every request is traced, and the data is accepted at once and discarded. */
async function sentry(): Promise<Observe> {
  const { createTransport, init, wrapMcpServerWithSentry } = await import('@sentry/node');
  const transport = (options: Parameters<typeof createTransport>[0]) =>
    createTransport(options, async () => ({ statusCode: 200 }));
  init({ dsn: 'http://key@127.0.0.1/1', tracesSampleRate: 1, transport });
  return wrapMcpServerWithSentry;
}

/** Runs each message in a context that nothing reads, to measure the cost of the context. */
function insideStorage<Server extends object>(server: Server): Server {
  const storage = new AsyncLocalStorage<object>();
  const target = server as { connect(transport: Transport): Promise<void> };
  const { connect } = target;
  target.connect = (transport) => {
    const { start } = transport;
    transport.start = () => {
      const { onmessage } = transport;
      transport.onmessage = (...args) => storage.run({}, () => onmessage?.(...args));
      return start.call(transport);
    };
    return connect.call(target, transport);
  };
  return server;
}

interface Transport {
  start(): Promise<void>;
  onmessage?: (...args: unknown[]) => void;
}

/** Measures only a request and its answer. The event loop gets its usual turns. */
async function noopTransport(observe: Observe): Promise<number> {
  const done = Promise.resolve();
  const transport = {
    onmessage: (_message: object) => {},
    start: () => done,
    send: (_message: object) => done,
    close: () => done,
  };
  const connect = async (to: typeof transport) => to.start();
  // Other tools recognise a server by these methods.
  const known = { registerTool() {}, registerResource() {}, registerPrompt() {} };
  await observe({ ...known, _registeredTools: { echo: {} }, connect }).connect(transport);
  const params = { name: 'echo', arguments: {} };
  return perCall((id) => {
    transport.onmessage({ jsonrpc: '2.0', id, method: 'tools/call', params });
    void transport.send({ jsonrpc: '2.0', id, result: { content: [] } });
  });
}

async function echo({ text }: { text: string }) {
  return { content: [{ type: 'text' as const, text }] };
}

async function callToolV1(observe: Observe): Promise<() => Promise<unknown>> {
  const server = new McpServerV1(NAMED);
  server.registerTool('echo', { inputSchema: { text: z.string() } }, echo);
  const [clientSide, serverSide] = InMemoryTransportV1.createLinkedPair();
  await observe(server).connect(serverSide);
  const client = new ClientV1(NAMED);
  await client.connect(clientSide);
  return () => client.callTool(CALL);
}

async function callToolV2(observe: Observe): Promise<() => Promise<unknown>> {
  const server = new McpServer(NAMED);
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, echo);
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await observe(server).connect(serverSide);
  const client = new Client(NAMED);
  await client.connect(clientSide);
  return () => client.callTool(CALL);
}

/** Returns the median of batches in microseconds, after the same number of batches to warm up. */
async function perCall(call: (id: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let batch = 0; batch < 2 * BATCHES; batch++) {
    const start = performance.now();
    for (let i = 0; i < CALLS; i++) {
      const result = call(i);
      if (result !== undefined) await result;
    }
    if (batch >= BATCHES) times.push(((performance.now() - start) * 1000) / CALLS);
    await yieldToLoop();
  }
  return median(times);
}
