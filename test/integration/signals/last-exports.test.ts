import { createObservability, type Options } from '@pmcp/observability';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { loadExporters } from '../../support/exporters-loaded.js';
import { least, tookMs, UNTIL_QUIET } from '../../support/measured.js';
import { startStdioServer } from '../../support/stdio.js';
import { until } from '../../support/until.js';

let collector: Collector;
let other: Collector;
beforeAll(loadExporters);
beforeEach(async () => {
  collector = await Collector.start();
  other = await Collector.start();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
});
afterEach(() => {
  vi.unstubAllEnvs();
  collector.stop();
  other.stop();
});

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?(message: object): void;
}

/** A toolkit of this process, and a function that calls its server. */
async function toolkit(options: Options = {}) {
  const lines: Record<string, unknown>[] = [];
  const { observe, shutdown } = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false, deadlineMs: 10 },
    log: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
    ...options,
  });
  const wire: Wire = { start: async () => {}, close: async () => {}, send: async () => {} };
  const server = {
    connect: (to: Wire) => {
      to.onmessage = (message) => void to.send({ id: (message as { id: number }).id, result: {} });
      return to.start();
    },
  };
  await observe(server).connect(wire);
  return { call: () => wire.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'ping' }), shutdown, lines };
}

// A shutdown takes three seconds at most.
describe('at shutdown, a toolkit', UNTIL_QUIET, () => {
  it('pushes its metrics although the collector of traces does not answer', async () => {
    other.behaviour.delayMs = Number.POSITIVE_INFINITY;
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', other.url);
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'otlp');
    // Without a limit of its own, a shutdown would last as long.
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '600000');
    const { call, shutdown } = await toolkit();
    call();
    expect(await tookMs(shutdown)).toBeLessThan(60_000);
    expect(collector.metrics.map(({ name }) => name)).toContain('pmcp_requests_total');
    expect(collector.metrics[0]?.resource).toMatchObject({ 'telemetry.sdk.name': 'opentelemetry' });
  });

  // A client kills its server after two seconds, which may be too few on a busy machine.
  it('pushes its metrics also when the process ends with its client', async () => {
    other.behaviour.delayMs = Number.POSITIVE_INFINITY;
    const { client } = await startStdioServer(['test/fixtures/stdio-server.mjs'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: other.url,
      OTEL_METRICS_EXPORTER: 'otlp',
    });
    await client.callTool({ name: 'hello', arguments: {} });
    await client.close();
    await until(() => collector.metrics.some(({ name }) => name === 'pmcp_requests_total'), 10_000);
  });

  it('lets a new toolkit take its place', async () => {
    for (let times = 1; times <= 2; times++) {
      const { call, shutdown } = await toolkit();
      call();
      await shutdown();
      expect(collector.spans).toHaveLength(times);
    }
    expect(collector.spans[0]?.resource).toMatchObject({
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': expect.any(String),
    });
  });

  it('does not affect another toolkit', async () => {
    const first = await toolkit();
    const second = await toolkit();
    first.call();
    await first.shutdown();
    second.call();
    await second.shutdown();
    expect(collector.spans).toHaveLength(2);
  });
});

describe('a collector that is down', UNTIL_QUIET, () => {
  it('is reported once for each signal, with its address', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@127.0.0.1:1');
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'otlp');
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'otlp');
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '1');
    const { call, shutdown, lines } = await toolkit();
    for (let i = 0; i < 3; i++) {
      call();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await shutdown();
    const warnings = lines.filter(({ level }) => level === 'warn').map(({ msg }) => String(msg));
    expect(warnings.map((text) => text.split(' ')[0]).sort()).toEqual(['logs', 'metrics', 'traces']);
    for (const text of warnings) expect(text).toMatch(/told only once: 127\.0\.0\.1:1: 14 UNAVAILABLE: /);
    expect(warnings.join()).not.toContain('secret');
  });
});

describe("the application's own logger", UNTIL_QUIET, () => {
  it('has its lines exported too', async () => {
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'otlp');
    // A logger of pino, as ours.
    const { logger } = createObservability({
      metrics: { port: false },
      log: { otlp: false, destination: { write() {} } },
    });
    const { call, shutdown } = await toolkit({ log: { logger } });
    call();
    logger.child({ part: 'early' }).error('mine');
    await shutdown();
    const [request, mine] = collector.logs;
    expect(request).toMatchObject({ body: 'ping', severity: 'info', spanId: collector.spans[0]?.spanId });
    expect(mine).toMatchObject({ body: 'mine', severity: 'error', attributes: { part: 'early' } });
    expect(mine?.resource).toMatchObject({ 'telemetry.sdk.name': 'opentelemetry' });
  });
});

describe('variables of OpenTelemetry', UNTIL_QUIET, () => {
  it('that disable the SDK stop the export of lines, whatever an option says', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const { call, shutdown } = await toolkit({ log: { otlp: true, destination: { write() {} } } });
    call();
    await shutdown();
    expect(collector.headers).toEqual([]);
  });

  it('give a batch less time than its exporter has', async () => {
    collector.behaviour.delayMs = Number.POSITIVE_INFINITY;
    vi.stubEnv('OTEL_BSP_EXPORT_TIMEOUT', '100');
    let lines: readonly object[] = [];
    const ended = async () => {
      const { call, shutdown, ...told } = await toolkit();
      lines = told.lines;
      call();
      return tookMs(shutdown);
    };
    expect(await least(1_500, ended)).toBeLessThan(1_500);
    expect(lines.at(-1)).toMatchObject({ level: 'warn', msg: expect.stringMatching(/^traces could not be/) });
  });

  it('with an unsupported protocol cause a warning', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'carrier-pigeon');
    const { lines, call, shutdown } = await toolkit();
    call();
    await shutdown();
    const msg =
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected grpc or http/protobuf, got "carrier-pigeon"; traces go by grpc';
    expect(lines[0]).toMatchObject({ level: 'warn', msg });
    expect(collector.spans).toHaveLength(1);
  });
});
