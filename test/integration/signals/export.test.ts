import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { connectClient, type HttpServer, startHttpServer } from '../../support/http-server.js';
import { UNTIL_QUIET } from '../../support/measured.js';
import { startStdioServer } from '../../support/stdio.js';
import { until } from '../../support/until.js';

let collector: Collector;
let server: HttpServer;

beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  server?.child.kill('SIGKILL');
  collector.stop();
});

/** The instrumentation scope of each signal. */
const SCOPE = {
  name: '@pmcp/observability',
  version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  schemaUrl: expect.stringMatching(/^https:\/\/opentelemetry\.io\/schemas\/1\.\d+\.0$/),
};

/** Batches are sent soon. */
const QUICK = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BLRP_SCHEDULE_DELAY: '50' };

/** The timeout for a collector that does not answer; on a busy machine a working collector may need longer. */
const IMPATIENT = { OTEL_EXPORTER_OTLP_TIMEOUT: '400' };

async function start(env: Record<string, string> = {}): Promise<void> {
  server = await startHttpServer({}, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...QUICK, ...env });
}

/** Calls the server this often; a client sends one request more to connect. */
async function call(times: number): Promise<void> {
  const client = await connectClient(server.mcpUrl);
  for (let i = 0; i < times; i++) await client.callTool({ name: 'wait', arguments: { ms: 0 } });
  await client.close();
}

/** Returns what happened to spans, as the server's metrics count it. */
async function fates(signal = 'traces'): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.admin}/metrics`)).text();
  const lines = text.matchAll(/^pmcp_telemetry_(?:exported|dropped)_total\{(.*)\} (\d+)$/gm);
  const counts: Record<string, number> = {};
  for (const [, labels = '', count] of lines) {
    if (!labels.includes(`signal="${signal}"`) || count === '0') continue;
    counts[/reason="(\w+)"/.exec(labels)?.[1] ?? 'exported'] = Number(count);
  }
  return counts;
}

async function accounted(): Promise<number> {
  return Object.values(await fates()).reduce((sum, count) => sum + count, 0);
}

async function end(): Promise<void> {
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
}

const calls = () => collector.spans.filter(({ name }) => name === 'tools/call wait');

describe('a live collector', () => {
  it('gets every span with its resource, and loses nothing at the end', async () => {
    await start({
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      POD_NAME: 'notes-1',
      POD_NAMESPACE: 'prod',
      NODE_NAME: 'node-a',
      OTEL_RESOURCE_ATTRIBUTES: 'team=blue%20one',
    });
    await call(700);
    await end();
    expect(calls()).toHaveLength(700);
    expect(collector.spans[0]?.resource).toMatchObject({
      'service.name': 'slow',
      'service.version': '1.0.0',
      'service.instance.id': 'notes-1',
      'k8s.pod.name': 'notes-1',
      'k8s.namespace.name': 'prod',
      'k8s.node.name': 'node-a',
      team: 'blue one',
    });
    expect(Math.max(...collector.batches)).toBeLessThanOrEqual(512);
  });

  it('gets headers, compression and the batch sizes of the variables', async () => {
    await start({
      OTEL_SERVICE_NAME: 'mine',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    });
    await call(29);
    await until(() => collector.spans.length >= 30);
    expect(collector.headers[0]?.get('x-tenant')).toEqual(['blue']);
    expect(collector.batches).toEqual([10, 10, 10]);
    expect(collector.spans[0]?.resource['service.name']).toBe('mine');
    await expect.poll(fates).toEqual({ exported: 30 });
  });

  it('gets log lines too if that is configured, with their trace ids', async () => {
    await start({ OTEL_LOGS_EXPORTER: 'otlp' });
    await call(3);
    await end();
    const lines = collector.logs.filter(({ attributes }) => attributes['gen_ai.tool.name'] === 'wait');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ severity: 'info', body: 'tools/call wait' });
    expect(lines.map(({ spanId }) => spanId)).toEqual(calls().map(({ spanId }) => spanId));
    expect(lines.map(({ flags }) => flags & 1)).toEqual([1, 1, 1]);
    expect(lines[0]?.attributes).toMatchObject({ 'mcp.method.name': 'tools/call', outcome: 'ok' });
    expect([lines[0]?.scope, calls()[0]?.scope]).toEqual([SCOPE, SCOPE]);
    expect(lines[0]?.resource['service.name']).toBe('slow');
  });

  // A client kills its server after two seconds, which may be too few on a busy machine.
  it('gets the spans of a stdio server that ends with its client', UNTIL_QUIET, async () => {
    const { client } = await startStdioServer(['test/fixtures/stdio-server.mjs'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await client.callTool({ name: 'hello', arguments: {} });
    await client.close();
    await until(() => collector.spans.some(({ name }) => name === 'tools/call hello'), 10_000);
    expect(collector.spans.at(-1)?.attributes['network.transport']).toBe('pipe');
  });
});

describe('pushed metrics', () => {
  /** Families without series while nothing is active may come and go between the two. */
  const isSteady = ([name]: readonly (string | undefined)[]) => !name?.startsWith('nodejs_active_');
  /** Applies the Prometheus names of metrics whose names have dots in the conventions. */
  const named = ([name = '', type]: readonly (string | undefined)[]) => [
    name.includes('.') ? `${name.replaceAll('.', '_')}_seconds` : name,
    type,
  ];
  /** Returns families with samples, and their types. OTLP has no summaries. */
  const families = (text: string) =>
    [...text.matchAll(/^# TYPE (\S+) (\S+)\n(?!#|$)/gm)]
      .map(([, name, type]) => [name, type])
      .filter(([, type]) => type !== 'summary')
      .filter(isSteady)
      .sort();

  it('are the same as in a scrape, by name, type and value', async () => {
    const { client, port } = await startStdioServer(['test/fixtures/stdio-server.mjs'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello', arguments: {} });
    const pushed = (name: string) => collector.metrics.find((metric) => metric.name === name);
    await until(() => (pushed('pmcp_request_duration_seconds')?.points[0]?.count ?? 0) > 0);
    await until(() => pushed('pmcp_requests_total')?.points.some(({ value }) => value === 3) ?? false);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const types = {
      sum: 'counter',
      gauge: 'gauge',
      histogram: 'histogram',
      exponentialHistogram: 'histogram',
    };
    const received = collector.metrics.map(({ name, kind }) => [name, types[kind]]);
    expect(received.filter(isSteady).map(named).sort()).toEqual(families(text));
    const operation = pushed('mcp.server.operation.duration');
    expect(operation?.points.map(({ attributes }) => attributes['mcp.method.name'])).toContain('tools/call');
    const calls = pushed('pmcp_requests_total')?.points.find(({ value }) => value === 3);
    expect(calls?.attributes).toEqual({ method: 'tools/call', name: 'hello', outcome: 'ok' });
    const duration = pushed('pmcp_request_duration_seconds');
    const point = duration?.points.find(({ attributes }) => attributes.name === 'hello');
    expect([duration?.unit, point?.count]).toEqual(['s', 3]);
    expect(point?.bucketCounts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(point?.bucketCounts).toHaveLength((point?.bounds.length ?? 0) + 1);
    expect(duration?.resource['service.name']).toBe('stdio');
    expect(duration?.scope).toEqual(SCOPE);
    await client.close();
  });
});

describe('no span leaves the process', () => {
  it.each([
    ['when nothing is configured', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['when the exporter is none', { OTEL_TRACES_EXPORTER: 'none' }],
    ['when the SDK is disabled', { OTEL_SDK_DISABLED: 'true' }],
  ])('%s', async (_, env) => {
    await start(env);
    await call(2);
    await end();
    expect(collector.headers).toEqual([]);
  });

  it('when the sampler keeps none, and that is counted', async () => {
    await start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    await call(5);
    expect(await fates()).toEqual({ sampled: 6 });
  });

  it('for the console exporter, which writes to stderr', async () => {
    await start({ OTEL_TRACES_EXPORTER: 'console' });
    await call(1);
    await until(() => server.stderr.some((line) => line.includes('"name":"tools/call wait"')));
    expect(collector.headers).toEqual([]);
  });
});

describe('a collector in trouble is survived and counted correctly when it', () => {
  it('refuses', async () => {
    await start();
    collector.behaviour.refuse = status.PERMISSION_DENIED;
    await call(5);
    await expect.poll(fates).toEqual({ export_failed: 6 });
  });

  it('accepts only a part', async () => {
    await start();
    collector.behaviour.reject = 2;
    await call(5);
    await expect.poll(accounted).toBe(6);
    const rejected = collector.batches.reduce((all, size) => all + Math.min(size, 2), 0);
    const exported = 6 - rejected;
    expect(await fates()).toEqual({ rejected, ...(exported > 0 && { exported }) });
  });

  it('never answers', async () => {
    await start(IMPATIENT);
    collector.behaviour.delayMs = Number.POSITIVE_INFINITY;
    await call(5);
    await expect.poll(fates).toEqual({ export_failed: 6 });
  });

  // A busy machine may need longer for a batch than its timeout.
  it('is down, and comes back', UNTIL_QUIET, async () => {
    const { port } = collector;
    await start({ OTEL_EXPORTER_OTLP_TIMEOUT: '3000' });
    await call(1);
    await expect.poll(accounted).toBe(2);
    expect(await fates()).toEqual({ exported: 2 });
    collector.stop();
    await call(3);
    await expect.poll(fates).toEqual({ exported: 2, export_failed: 4 });
    collector = await Collector.start({ port });
    await expect
      .poll(
        async () => {
          await call(1);
          return collector.spans.length;
        },
        { interval: 500 },
      )
      .toBeGreaterThan(0);
  });

  it('is slow, with a bounded queue', async () => {
    await start({
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BSP_MAX_QUEUE_SIZE: '10',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    });
    collector.behaviour.delayMs = Number.POSITIVE_INFINITY;
    await call(99);
    // Eight batches of five are being sent, ten spans are in the queue, and the rest found no room.
    expect(await fates()).toEqual({ queue_full: 100 - 8 * 5 - 10 });
  });
});
