import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createObservability } from '../index.js';

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?(message: object): void;
  onclose?(): void;
}

type Line = Record<string, unknown>;

/** A collector that rejects everything. */
const collector = createServer((_, response) => response.writeHead(400).end());
beforeAll(() => once(collector.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void collector.close());
afterEach(() => vi.unstubAllEnvs());

/** Returns the log lines of a server whose toolkit exports with these variables, and which answers a call with a trace. */
async function linesOf(env: Record<string, string>) {
  const { port } = collector.address() as AddressInfo;
  const quick = { OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_BLRP_SCHEDULE_DELAY: '20' };
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, ...quick, ...env };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const lines: Line[] = [];
  const observability = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false, deadlineMs: 10 },
    log: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  const { logger } = observability;
  const wire: Wire = { start: async () => {}, close: async () => wire.onclose?.(), send: async () => {} };
  const server = {
    connect: (to: Wire) => {
      to.onmessage = (message) => {
        logger.info('inside');
        // Everything that has not started yet starts now, in the middle of a request.
        observability.observe(server);
        void to.send({ jsonrpc: '2.0', id: (message as { id: number }).id, result: {} });
      };
      to.onclose = () => {};
      return to.start();
    },
  };
  await observability.observe(server).connect(wire);
  const _meta = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
  wire.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta } });
  return { lines, observability, wire };
}

describe('a warning that telemetry cannot be exported', () => {
  it.each([
    ['traces', {}],
    ['logs', { OTEL_LOGS_EXPORTER: 'otlp', OTEL_TRACES_EXPORTER: 'none' }],
    ['metrics', { OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '50' }],
  ])('belongs to no request: %s', async (signal, env) => {
    const { lines, observability, wire } = await linesOf({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      ...env,
    });
    const isWarning = ({ code, msg }: Line) =>
      code === 'PMCP_W_EXPORT_FAILED' && String(msg).startsWith(signal);
    await expect.poll(() => lines.filter(isWarning)).toHaveLength(1);
    const [warning] = lines.filter(isWarning);
    for (const field of ['trace_id', 'span_id', 'trace_flags', 'mcp.method'])
      expect(warning).not.toHaveProperty(field);
    expect(lines.find(({ msg }) => msg === 'inside')).toHaveProperty('mcp.method', 'ping');
    await wire.close();
    await observability.shutdown();
  });
});
