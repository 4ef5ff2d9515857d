import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createObservability } from '@pmcp/observability';
import { describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { until } from '../support/until.js';

const CONNECTIONS = 50_000;
const REQUESTS_PER_CONNECTION = 36;
const IDLE_TIMEOUT_MS = 50;
/** How much the heap may grow between a tenth of the work and all of it: noise, not a leak. */
const MAX_GROWTH_BYTES = 2_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
  readonly result?: object;
}

/** A transport without a wire, in the shape of one of the SDKs' own. */
class Wireless {
  onmessage?: (message: Message) => void;
  onclose?: () => void;
  sessionId?: string;
  async start(): Promise<void> {}
  async send(_message: Message): Promise<void> {}
  async close(): Promise<void> {
    this.onclose?.();
  }
}

class Stdio extends Wireless {
  readonly _stdin = {};
}

class Sse extends Wireless {
  override sessionId = 'sse';
  handlePostMessage(): void {}
}

class StreamableHttp extends Wireless {
  readonly _streamMapping = new Map();
  handleRequest(_request: unknown, _response: unknown): void {}
}

/** Every way in which a connection begins, works and ends. */
const WAYS: ((server: { connect(transport: Wireless): Promise<void> }, id: number) => Promise<void>)[] = [
  async function closed(server, id) {
    const transport = await connected(server, new Stdio());
    work(transport, id, REQUESTS_PER_CONNECTION);
    await transport.close();
  },
  async function droppedMidCall(server, id) {
    const transport = await connected(server, new Sse());
    work(transport, id, REQUESTS_PER_CONNECTION);
    transport.onmessage?.(request(id, 'slow'));
    transport.onclose?.();
    transport.onclose?.();
  },
  async function deleted(server, id) {
    const transport = await connected(server, session());
    work(transport, id, REQUESTS_PER_CONNECTION);
    await transport.close();
  },
  async function abandoned(server, id) {
    work(await connected(server, session()), id, REQUESTS_PER_CONNECTION);
  },
  async function stateless(server, id) {
    // Serves one exchange, and is never closed.
    work(await connected(server, new StreamableHttp()), id, 1);
  },
  async function notificationOnly(server) {
    const transport = await connected(server, new StreamableHttp());
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/initialized' });
  },
  async function socketDropped(server, id) {
    const transport = await connected(server, new StreamableHttp());
    let drop = () => {};
    transport.handleRequest({}, { once: (_event: string, listener: () => void) => (drop = listener) });
    transport.onmessage?.(request(id, 'slow'));
    drop();
  },
];

describe('a million requests over fifty thousand connections', () => {
  it('leave every gauge at 0, and the heap at its size', async () => {
    const { observe, registry } = createObservability({
      log: { requestsPerSecond: 0 },
      metrics: { port: false, runtime: false },
      connections: { idleTimeoutMs: IDLE_TIMEOUT_MS },
    });
    const server = () => observe({ _registeredTools: { echo: {}, slow: {} }, connect: start });
    const run = async (from: number, to: number) => {
      for (let i = from; i < to; i++) await WAYS[i % WAYS.length]?.(server(), i);
    };
    const samples = async () => parseSamples(await registry.metrics());
    const active = async () => total(await samples(), 'pmcp_active_connections');

    await run(0, CONNECTIONS / 10);
    await until(async () => (await active()) === 0);
    const before = heapUsed();
    await run(CONNECTIONS / 10, CONNECTIONS);
    await until(async () => (await active()) === 0);
    const growth = heapUsed() - before;

    const after = await samples();
    expect(total(after, 'pmcp_requests_total')).toBeGreaterThanOrEqual(1_000_000);
    expect(total(after, 'pmcp_connections_total')).toBe(CONNECTIONS);
    expect(total(after, 'pmcp_connection_duration_seconds_count')).toBe(CONNECTIONS);
    expect(total(after, 'pmcp_requests_in_flight')).toBe(0);
    expect(total(after, 'pmcp_telemetry_dropped_total')).toBe(0);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

function session(): StreamableHttp {
  const transport = new StreamableHttp();
  transport.sessionId = 'session';
  return transport;
}

async function connected<T extends Wireless>(
  server: { connect(transport: Wireless): Promise<void> },
  transport: T,
) {
  await server.connect(transport);
  return transport;
}

async function start(transport: Wireless): Promise<void> {
  transport.onmessage = () => {};
  transport.onclose = () => {};
  await transport.start();
}

function request(id: number, name: string): Message {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name } };
}

function work(transport: Wireless, id: number, count: number): void {
  for (let i = 0; i < count; i++) {
    transport.onmessage?.(request(id + i, 'echo'));
    void transport.send({ jsonrpc: '2.0', id: id + i, result: {} });
  }
}

function total(samples: ReadonlyMap<string, number>, metric: string): number {
  let sum = 0;
  for (const [series, value] of samples)
    if (series === metric || series.startsWith(`${metric}{`)) sum += value;
  return sum;
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
