import { status } from '@grpc/grpc-js';
import { createObservability } from '@pmcp/observability';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { loadExporters } from '../../support/exporters-loaded.js';
import { HttpCollector } from '../../support/http-collector.js';
import { serveOneRequest } from '../../support/one-request.js';
import { until } from '../../support/until.js';

beforeAll(loadExporters);

const SIGNALS = ['traces', 'logs', 'metrics'];

let grpc: Collector;
let http: HttpCollector;
beforeEach(async () => {
  grpc = await Collector.start();
  http = await HttpCollector.start();
});
afterEach(() => {
  vi.unstubAllEnvs();
  grpc.stop();
  http.stop();
});

/** Serves one request, whose span and log line are in the first batches alone. */
async function serve(env: Record<string, string>) {
  const options = {
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BLRP_SCHEDULE_DELAY: '20',
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    ...env,
  };
  for (const [name, value] of Object.entries(options)) vi.stubEnv(name, value);
  const observability = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    log: { destination: { write: () => {} } },
  });
  await serveOneRequest(observability.observe);
  return observability;
}

it.each([
  ['UNAVAILABLE over gRPC', 'grpc'],
  ['503 over HTTP', 'http/protobuf'],
] as const)('no signal loses anything to a collector that is briefly away: %s', async (_, protocol) => {
  const collector = protocol === 'grpc' ? grpc : http;
  grpc.behaviour.refuse = status.UNAVAILABLE;
  http.behaviour.refuse.push(...SIGNALS.map(() => 503));
  const { shutdown, registry } = await serve({
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  if (protocol === 'grpc') {
    await until(() => grpc.headers.length >= SIGNALS.length);
    grpc.behaviour.refuse = undefined;
  }
  // Its log also reports on the collector.
  const logged = () => collector.logs.some(({ body }) => body === 'ping');
  await until(() => collector.spans.length > 0 && logged() && collector.metrics.length > 0);
  expect(collector.spans.map(({ name }) => name)).toEqual(['ping']);
  await shutdown();
  const dropped = await registry.getSingleMetricAsString('pmcp_telemetry_dropped_total');
  for (const signal of SIGNALS)
    expect(dropped).not.toMatch(new RegExp(`signal="${signal}",reason="(?!internal)\\w+"\\} [1-9]`));
});
