import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createObservability, type Options } from '../index.js';

const OPTIONS: Options = {
  metrics: { port: false, runtime: false },
  shutdown: { onSigterm: false, deadlineMs: 10 },
};

afterEach(() => vi.unstubAllEnvs());

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?(message: object): void;
  onclose?(): void;
}

/** Connects an observed server, whose handler may or may not answer. */
async function connected(options: Options, handle: (wire: Wire, message: { id: number }) => void) {
  const observability = createObservability({ ...OPTIONS, ...options });
  const wire: Wire = { start: async () => {}, close: async () => wire.onclose?.(), send: async () => {} };
  const server = {
    connect: (to: Wire) => {
      to.onmessage = (message) => handle(to, message as { id: number });
      to.onclose = () => {};
      return to.start();
    },
  };
  await observability.observe(server).connect(wire);
  const call = (id: number) =>
    wire.onmessage?.({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } });
  const sample = async (pattern: RegExp) => Number(pattern.exec(await observability.registry.metrics())?.[1]);
  return { observability, wire, call, sample };
}

/** Makes a pino logger of the application, whose destination can fail. */
function ownLogger() {
  const lines: Record<string, unknown>[] = [];
  const state = { broken: false };
  const write = (line: string) => {
    if (state.broken) throw new Error('the stream was destroyed');
    lines.push(JSON.parse(line));
  };
  return { logger: pino({}, { write }), lines, state };
}

describe("the application's own logger", () => {
  it('has the request in a handler, although our logger was not used', async () => {
    const { logger, lines } = ownLogger();
    const { call } = await connected({ log: { logger } }, () => logger.info('inside'));
    call(1);
    expect(lines).toMatchObject([{ msg: 'inside', 'mcp.method': 'tools/call', 'mcp.name': 'x' }]);
  });

  it('costs no context if the request fields are turned off', async () => {
    const { logger, lines } = ownLogger();
    const { call } = await connected({ log: { logger, context: false } }, () => logger.info('inside'));
    call(1);
    expect(lines[0]).not.toHaveProperty('mcp.method');
  });

  it('that throws leaves no request in flight and no connection open, and is counted', async () => {
    const { logger, state } = ownLogger();
    const { call, wire, sample } = await connected({ log: { logger } }, () => {});
    for (let id = 1; id <= 3; id++) call(id);
    state.broken = true;
    await wire.close();
    expect(await sample(/^pmcp_requests_in_flight\{method="tools\/call"\} (\d+)$/m)).toBe(0);
    expect(await sample(/^pmcp_active_connections\{transport="other"\} (\d+)$/m)).toBe(0);
    expect(await sample(/^pmcp_telemetry_dropped_total\{.*reason="internal_error"\} (\d+)$/m)).toBe(3);
  });
});

/** Returns the lines that a toolkit with this environment has written until it is connected. */
async function linesOf(env: Record<string, string>, options: Options = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const { call, wire, observability } = await connected({ log: { destination }, ...options }, () => {});
  call(1);
  return { lines, wire, observability, warnings: () => lines.filter(({ level }) => level === 'warn') };
}

describe('an invalid trace exporter', () => {
  it('is reported with its invalid endpoint, and without the password', async () => {
    const { warnings } = await linesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:secret@' });
    expect(warnings()).toMatchObject([
      {
        msg: 'traces are off: Expected a URL such as http://localhost:4317 as the endpoint, got "http://[redacted]@"',
      },
    ]);
  });
});

describe('the line of a request', () => {
  it('has the same service as the resource', async () => {
    const { lines, wire } = await linesOf({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop' });
    await wire.close();
    expect(lines).toMatchObject([{ service: 'shop', outcome: 'cancelled' }]);
  });

  it('that was cancelled has its trace id when contexts are only passed through', async () => {
    const { lines, wire } = await linesOf({ OTEL_SDK_DISABLED: 'true' });
    const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
    const _meta = { traceparent: `00-${traceId}-${spanId}-01` };
    wire.onmessage?.({ jsonrpc: '2.0', id: 2, method: 'ping', params: { _meta } });
    wire.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    expect(lines).toMatchObject([{ 'mcp.method': 'ping', trace_id: traceId, span_id: spanId }]);
  });
});

describe('the metrics of the conventions', () => {
  it('omit an unknown protocol version', async () => {
    const { wire, observability } = await linesOf(
      {},
      { metrics: { port: false, runtime: false, semconv: true } },
    );
    await wire.close();
    const text = await observability.registry.metrics();
    expect(text).toMatch(/^mcp_server_session_duration_seconds_count\{mcp_protocol_version="",/m);
    expect(text).not.toContain('mcp_protocol_version="unknown"');
  });
});
