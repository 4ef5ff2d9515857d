import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createObservability, type Observability, type Options } from '@pmcp/observability';
import { Counter, Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { heldMs } from '../support/measured.js';
import { responseTo } from '../support/response.js';

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?(message: object): void;
  onclose?(): void;
}

let toolkit: Observability | undefined;
afterEach(() => toolkit?.shutdown());

function started(options: Options = {}): Observability {
  toolkit = createObservability({
    shutdown: { onSigterm: false },
    log: { level: 'silent' },
    ...options,
    metrics: { port: false, host: '127.0.0.1', runtime: false, ...options.metrics },
  });
  return toolkit;
}

/** Connects a client to a server that answers every request. */
async function connected({ observe }: Observability) {
  const wire: Wire = { start: async () => {}, close: async () => {}, send: async () => {} };
  let answer: object = {};
  const connect = (to: Wire) => {
    to.onmessage = (message) => {
      const { id } = message as { id?: number };
      if (id !== undefined) void to.send({ jsonrpc: '2.0', id, result: answer });
    };
    return to.start();
  };
  await observe({ connect }).connect(wire);
  let id = 0;
  return (method: string, params: object, result: object = {}) => {
    answer = result;
    wire.onmessage?.({ jsonrpc: '2.0', id: ++id, method, params });
  };
}

describe('the name of a tool as a label', () => {
  it('is kept for a listed tool after any number of invented names', async () => {
    const { registry } = started();
    const ask = await connected(toolkit!);
    for (let i = 0; i < 400; i++) ask('tools/call', { name: `made-up-${i}` });
    ask('tools/list', {}, { tools: [{ name: 'permanent' }] });
    ask('tools/call', { name: 'permanent' });
    expect(await registry.metrics()).toMatch(
      /pmcp_requests_total\{method="tools\/call",name="permanent",outcome="ok"\} 1/,
    );
  });
});

describe('the name of a client as a label', () => {
  /** One client for each name connects, sends its name and disconnects. */
  async function come(toolkit: Observability, names: readonly string[]) {
    for (const name of names) {
      const wire: Wire = { start: async () => {}, close: async () => {}, send: async () => {} };
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        serverInfo: { name: 's', version: '1' },
      };
      const connect = (to: Wire) => {
        to.onmessage = (message) => {
          const { id } = message as { id?: number };
          if (id !== undefined) void to.send({ jsonrpc: '2.0', id, result });
        };
        return to.start();
      };
      await toolkit.observe({ connect }).connect(wire);
      const clientInfo = { name, version: '1' };
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
      wire.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      wire.onmessage?.({ jsonrpc: '2.0', method: 'notifications/initialized' });
      wire.onclose?.();
    }
  }

  it('is kept for a client that comes again, despite any number of invented names', async () => {
    const { registry } = started();
    const invented = (from: number) => Array.from({ length: 300 }, (_, i) => `made-up-${from + i}`);
    await come(toolkit!, [...invented(0), ...Array(5).fill('real'), ...invented(300), 'real']);
    const page = await registry.metrics();
    expect(page).toMatch(/^pmcp_connections_total\{[^}]*client="real"[^}]*\} [1-9]/m);
    expect(new Set(page.match(/client="[^"]*"/g)).size).toBeLessThanOrEqual(52);
  });
});

describe('a captured argument', () => {
  it('of 8 MB costs no more than its visible part', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    started({ traces: { capture: { arguments: true } } });
    const ask = await connected(toolkit!);
    const call = (argument: unknown) => ask('tools/call', { name: 'a', arguments: { argument } });
    // The first calls include the compilation of the code.
    for (let i = 0; i < 3; i++) call('password=hunter2 '.repeat(1_000));
    const huge = ['password=hunter2 '.repeat(500_000), Array(1_000_000).fill('hunter2')];
    for (const argument of huge) expect(heldMs(() => call(argument))).toBeLessThan(100);
    expect(exporter.getFinishedSpans().length).toBeGreaterThan(3);
    trace.disable();
  });
});

describe('a registry of the application', () => {
  it('is rendered once for all concurrent scrapes', async () => {
    const registry = new Registry();
    let asked = 0;
    const gauge = new Gauge({
      name: 'large',
      help: 'x',
      labelNames: ['a'],
      registers: [registry],
      collect: () => void asked++,
    });
    for (let i = 0; i < 20_000; i++) gauge.set({ a: `${i}` }, i);
    started({ metrics: { registry, port: 0 } });
    const port = (await toolkit!.listen())?.port;
    const page = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const pages = await Promise.all(Array.from({ length: 8 }, page));
    for (const one of pages) expect(one.match(/^large\{/gm)).toHaveLength(20_000);
    // Some scrapes may arrive after the first rendering has ended.
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('loses no scrape to an invalid metric', async () => {
    const registry = new Registry();
    new Counter({ name: 'fine_total', help: 'x', registers: [registry] }).inc();
    const broken = {
      name: 'broken',
      get: async () => ({ name: 'not a name', type: 'counter', values: [{ value: 1, labels: {} }] }),
    };
    const throwing = { name: 'throwing', get: () => Promise.reject(new Error('no')) };
    for (const metric of [broken, throwing]) registry.registerMetric(metric as never);
    started({ metrics: { registry, port: 0 } });
    const port = (await toolkit!.listen())?.port;
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.status).toBe(200);
    const lines = await response.text();
    expect(lines).toContain('fine_total 1');
    expect(lines).not.toContain('not a name');
  });
});

describe('the admin port on loopback', () => {
  it('does not reveal the hosts, users and paths of its checks', async () => {
    const { health } = started({ metrics: { port: 0 } });
    const message =
      'connect ECONNREFUSED db-1.internal:5432 for user "svc_notes", socket /var/run/pg.sock, DB_PASSWORD: hunter2';
    health.add({ name: 'db', run: () => Promise.reject(new Error(message)) });
    const port = (await toolkit!.listen())?.port;
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toMatch(/db-1|5432|svc_notes|pg\.sock|hunter2/);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io'])(
    'refuses requests for the host %s, against DNS rebinding',
    async (host) => {
      started({ metrics: { port: 0 } });
      const port = (await toolkit!.listen())?.port;
      const sent = request({ host: '127.0.0.1', port, path: '/metrics', headers: { host } }).end();
      const response = await responseTo(sent);
      expect(await text(response)).not.toContain('pmcp_');
      expect(response.statusCode).toBe(421);
    },
  );
});
