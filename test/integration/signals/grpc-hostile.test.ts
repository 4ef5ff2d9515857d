import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Samples, scrape } from '../../support/exposition.js';
import { GRPC_FAULTS, HostileGrpc } from '../../support/hostile-grpc.js';
import { connectClient, type HttpServer, startHttpServer } from '../../support/http-server.js';
import { until } from '../../support/until.js';

const CALLS = 3;
/** The timeout of a batch in milliseconds. */
const TIMEOUT_MS = 400;
/** Far more calls than a receiver gets in that time, and fewer than without a pause. */
const MAX_CALLS = 200;

let collector: HostileGrpc;
let server: HttpServer;
let client: Client;

/** One server sends all its signals to one receiver, whatever the receiver does. */
beforeAll(async () => {
  collector = await HostileGrpc.start();
  server = await startHttpServer(
    {},
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TIMEOUT: String(TIMEOUT_MS),
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '300',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_BLRP_SCHEDULE_DELAY: '20',
    },
  );
  client = await connectClient(server.mcpUrl);
  await accounted(1);
});
afterAll(() => {
  server.child.kill('SIGKILL');
  collector.stop();
});

const samples = () => scrape(Number(new URL(server.admin).port));

/** Returns all telemetry of a signal that was counted, sent or dropped. */
function fates(all: Samples, signal: string): number {
  return [...all]
    .filter(([series]) => /^pmcp_telemetry_(?:exported|dropped)_total/.test(series))
    .filter(([series]) => series.includes(`signal="${signal}"`))
    .reduce((sum, [, value]) => sum + value, 0);
}

let calls = 0;
/** Waits until the spans of exactly this many more calls are accounted for. */
async function accounted(more: number): Promise<void> {
  calls += more;
  await until(async () => fates(await samples(), 'traces') >= calls);
  expect(fates(await samples(), 'traces')).toBe(calls);
}

async function call(): Promise<void> {
  for (let i = 0; i < CALLS; i++) await client.callTool({ name: 'wait', arguments: { ms: 0 } });
}

const exported = (signal: string) => `pmcp_telemetry_exported_total{signal="${signal}"}`;

describe('an OTLP receiver over gRPC', () => {
  it.each(Object.entries(GRPC_FAULTS))(
    'that %s costs the server neither time nor memory nor a wrong count',
    async (_, fault) => {
      const before = await samples();
      const asked = collector.calls;
      collector.fault = fault;
      collector.drop();
      await call();
      await accounted(CALLS);
      await until(() => collector.calls > asked);
      // No receiver is called again without a pause.
      expect(collector.calls - asked).toBeLessThan(MAX_CALLS);
      const after = await samples();
      for (const signal of ['traces', 'logs', 'metrics']) {
        expect(after.get(exported(signal)) ?? 0).toBeGreaterThanOrEqual(before.get(exported(signal)) ?? 0);
        expect(fates(after, signal)).toBeGreaterThanOrEqual(fates(before, signal));
      }
      const cpu = 'process_cpu_seconds_total';
      // It takes a few hundredths, mostly for calls and scrapes; the worst of these cases took a minute.
      expect(after.get(cpu)! - before.get(cpu)!).toBeLessThan(3);
      expect(after.get('process_resident_memory_bytes')! / 2 ** 20).toBeLessThan(350);
      expect(server.child.exitCode).toBeNull();
    },
  );

  it('that filled its connection gets later telemetry when it works again', async () => {
    collector.fault = GRPC_FAULTS['sends messages without end'];
    await call();
    await accounted(CALLS);
    collector.fault = undefined;
    const was = (await samples()).get(exported('traces')) ?? 0;
    const isBack = async () => {
      await call();
      await accounted(CALLS);
      await delay(100);
      return ((await samples()).get(exported('traces')) ?? 0) > was;
    };
    await until(isBack);
  });

  it('is reported without the secrets in its message, and once for each signal', () => {
    const told = server.stderr.filter((line) => line.includes('could not be exported'));
    expect(told.length).toBeLessThanOrEqual(3);
    expect(server.stderr.join('\n')).not.toContain('hunter2');
  });

  it('does not delay the shutdown', async () => {
    collector.fault = GRPC_FAULTS['never answers'];
    await call();
    const start = performance.now();
    server.child.kill('SIGTERM');
    await server.ended;
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
