import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { createObservability, type Options } from '@pmcp/observability';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { loadExporters } from '../../support/exporters-loaded.js';
import { HttpCollector } from '../../support/http-collector.js';
import { UNTIL_QUIET } from '../../support/measured.js';
import { serveOneRequest } from '../../support/one-request.js';

let grpc: Collector;
let http: HttpCollector;
beforeAll(loadExporters);
beforeEach(async () => {
  grpc = await Collector.start();
  http = await HttpCollector.start();
});
afterEach(() => {
  vi.unstubAllEnvs();
  grpc.stop();
  http.stop();
});

/** Serves one request with this environment, and ends. */
async function serve(env: Record<string, string>, options: Options = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const warnings: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line);
    if (level === 'warn') warnings.push(msg);
  };
  const { observe, shutdown, registry } = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false, deadlineMs: 10 },
    log: { destination: { write } },
    ...options,
  });
  await serveOneRequest(observe);
  await shutdown();
  const dropped = await registry.getSingleMetricAsString('pmcp_telemetry_dropped_total');
  return { warnings, dropped };
}

const ALL_SIGNALS = { OTEL_LOGS_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' };
const BY_HTTP = { ...ALL_SIGNALS, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };

// A shutdown takes three seconds at most.
describe('OTLP over HTTP', UNTIL_QUIET, () => {
  it('delivers all three signals, with headers, compressed', async () => {
    const { warnings } = await serve({
      ...BY_HTTP,
      OTEL_EXPORTER_OTLP_ENDPOINT: http.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    expect(warnings).toEqual([]);
    expect(http.spans.map(({ name }) => name)).toEqual(['ping']);
    expect(http.spans[0]?.resource).toMatchObject({ 'telemetry.sdk.name': 'opentelemetry' });
    expect(http.logs).toMatchObject([{ body: 'ping', spanId: http.spans[0]?.spanId }]);
    expect(http.metrics.map(({ name }) => name)).toContain('pmcp_requests_total');
    expect(new Set(http.requests.map(({ headers }) => headers['x-tenant']))).toEqual(new Set(['blue']));
    expect(http.requests[0]?.headers['content-encoding']).toBe('gzip');
  });

  it('can be chosen for each signal', async () => {
    await serve({
      ...ALL_SIGNALS,
      OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${http.url}/v1/traces`,
    });
    expect([http.spans.length, http.logs.length, http.metrics.length]).toEqual([1, 0, 0]);
    expect([grpc.spans.length, grpc.logs.length]).toEqual([0, 1]);
    expect(grpc.metrics.length).toBeGreaterThan(0);
  });

  it('uses the endpoint of an option unchanged', async () => {
    const traces = { endpoint: `${http.url}/v1/traces` };
    await serve({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, { traces });
    expect(http.spans).toHaveLength(1);
  });

  it('is also used for a collector for JSON, with a warning', async () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_ENDPOINT: http.url };
    const { warnings } = await serve(env);
    expect(http.spans).toHaveLength(1);
    expect(warnings).toEqual([
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected grpc or http/protobuf, got "http/json"; traces go by http/protobuf',
    ]);
  });

  it('counts what the collector rejects of a batch', async () => {
    http.behaviour.reject = 1;
    const { dropped } = await serve({ ...BY_HTTP, OTEL_EXPORTER_OTLP_ENDPOINT: http.url });
    expect(dropped).toMatch(/signal="traces",reason="rejected"\} 1$/m);
    expect(dropped).toMatch(/signal="logs",reason="rejected"\} 1$/m);
  });

  it('retries if the collector asks for it', async () => {
    http.behaviour.refuse.push(503);
    const { dropped } = await serve({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: http.url,
    });
    expect(http.spans).toHaveLength(1);
    expect(dropped).not.toContain('signal="traces"');
  });

  it('reports a failure with the address and without its password', async () => {
    const port = new URL(http.url).port;
    http.stop();
    const { warnings } = await serve({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:secret@127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    });
    expect(warnings).toEqual([
      expect.stringMatching(`told only once: http://\\[redacted\\]@127\\.0\\.0\\.1:${port}/v1/traces: `),
    ]);
    expect(warnings.join()).not.toContain('secret');
  });
});

describe('an exporter of the application', UNTIL_QUIET, () => {
  it('gets the spans, also if it is the official one', async () => {
    const exporter = new OTLPTraceExporter({ url: grpc.url });
    await serve({}, { traces: { exporter } });
    expect(grpc.spans.map(({ name }) => name)).toEqual(['ping']);
  });

  it('that fails is reported, and its spans are counted', async () => {
    const exporter = {
      export: (_spans: object[], done: (result: { code: number; error?: Error }) => void) =>
        done({ code: 1, error: new Error('no room') }),
      shutdown: async () => {},
    };
    const { warnings, dropped } = await serve({}, { traces: { exporter } });
    expect(warnings).toEqual(['traces could not be exported, told only once: no room']);
    expect(dropped).toMatch(/signal="traces",reason="export_failed"\} 1$/m);
  });

  it('that throws is treated like one that fails', async () => {
    const exporter = {
      export() {
        throw new Error('not yet');
      },
      shutdown: async () => {},
    };
    expect((await serve({}, { traces: { exporter } })).warnings).toEqual([
      'traces could not be exported, told only once: not yet',
    ]);
  });
});
