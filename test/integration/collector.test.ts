import { credentials, status } from '@grpc/grpc-js';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Certificates, createCertificates } from '../support/collector/certificates.js';
import { type Behaviour, Collector, type CollectorOptions } from '../support/collector/collector.js';

const resource = resourceFromAttributes({ 'service.name': 'notes' });
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(options?: CollectorOptions): Promise<Collector> {
  const collector = await Collector.start(options);
  undo.push(() => collector.stop());
  return collector;
}

function spans(count: number): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor(memory)],
  }).getTracer('t');
  for (let i = 0; i < count; i++) tracer.startSpan(`span ${i}`).end();
  return memory.getFinishedSpans();
}

type ExporterOptions = ConstructorParameters<typeof OTLPTraceExporter>[0];

function exporter(url: string, options: ExporterOptions = {}): (count: number) => Promise<ExportResult> {
  const otlp = new OTLPTraceExporter({ url, timeoutMillis: 5_000, ...options });
  undo.push(() => otlp.shutdown());
  return (count) => new Promise((resolve) => otlp.export(spans(count), resolve));
}

const codeOf = ({ error }: ExportResult) => (error as { code?: number } | undefined)?.code;

describe('a collector that the real exporters talk to', () => {
  it('reads a span with all that belongs to it', async () => {
    const collector = await start();
    const spanExporter = new OTLPTraceExporter({ url: collector.url });
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new SimpleSpanProcessor(spanExporter)],
    });
    undo.push(() => provider.shutdown());
    const tracer = provider.getTracer('mine', '1.2.3');
    const parent = tracer.startSpan('parent', { kind: SpanKind.CLIENT });
    const span = tracer.startSpan(
      'tools/call echo',
      {
        kind: SpanKind.SERVER,
        startTime: [1_700_000_000, 1],
        attributes: { text: 'ü', whole: 3, half: 0.5, yes: true, list: ['a', 'b'] },
        links: [{ context: parent.spanContext(), attributes: { why: 'ambient' } }],
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    span.addEvent('exception', { 'exception.message': 'no' });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'failed' });
    span.end([1_700_000_001, 0]);
    parent.end();
    await collector.waitFor(({ spans }) => spans.length === 2);

    const { traceId, spanId } = parent.spanContext();
    expect(collector.spans.find(({ kind }) => kind === 'SERVER')).toMatchObject({
      traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: spanId,
      name: 'tools/call echo',
      startTime: 1_700_000_000_000_000_001n,
      endTime: 1_700_000_001_000_000_000n,
      attributes: { text: 'ü', whole: 3, half: 0.5, yes: true, list: ['a', 'b'] },
      events: [{ name: 'exception', attributes: { 'exception.message': 'no' } }],
      links: [{ traceId, spanId, attributes: { why: 'ambient' } }],
      status: { code: 'ERROR', message: 'failed' },
      resource: { 'service.name': 'notes' },
      scope: { name: 'mine', version: '1.2.3' },
    });
    expect(collector.spans.find(({ kind }) => kind === 'CLIENT')).toMatchObject({
      parentSpanId: undefined,
      status: { code: 'UNSET', message: '' },
    });
  });

  it('reads a log record with its trace', async () => {
    const collector = await start();
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: collector.url }) })],
    });
    undo.push(() => provider.shutdown());
    const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    provider.getLogger('l').emit({
      timestamp: [1_700_000_000, 5],
      severityNumber: SeverityNumber.WARN2,
      severityText: 'warn',
      body: { nested: [1, null, true] },
      attributes: { 'mcp.method': 'ping' },
      eventName: 'request',
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
    await collector.waitFor(({ logs }) => logs.length === 1);
    expect(collector.logs[0]).toMatchObject({
      time: 1_700_000_000_000_000_005n,
      severityNumber: 14,
      severityText: 'warn',
      body: { nested: [1, null, true] },
      attributes: { 'mcp.method': 'ping' },
      eventName: 'request',
      traceId: spanContext.traceId,
      spanId: spanContext.spanId,
      flags: 1,
      resource: { 'service.name': 'notes' },
    });
  });

  it('reads sums, gauges and histograms', async () => {
    const collector = await start();
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: collector.url }),
    });
    const provider = new MeterProvider({
      resource,
      readers: [reader],
      views: [
        {
          instrumentName: 'h',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 2] } },
        },
      ],
    });
    undo.push(() => provider.shutdown());
    const meter = provider.getMeter('m');
    meter.createCounter('c', { unit: '{request}', description: 'Requests.' }).add(3, { a: 'b' });
    meter.createGauge('g').record(-1.5);
    meter.createHistogram('h', { unit: 's' }).record(1.5);
    await reader.forceFlush();
    expect(collector.metrics.find(({ name }) => name === 'c')).toMatchObject({
      type: 'sum',
      monotonic: true,
      temporality: 'CUMULATIVE',
      unit: '{request}',
      description: 'Requests.',
      attributes: { a: 'b' },
      value: 3,
      resource: { 'service.name': 'notes' },
    });
    expect(collector.metrics.find(({ name }) => name === 'g')).toMatchObject({ type: 'gauge', value: -1.5 });
    expect(collector.metrics.find(({ name }) => name === 'h')).toMatchObject({
      type: 'histogram',
      temporality: 'CUMULATIVE',
      count: 1,
      sum: 1.5,
      bounds: [1, 2],
      buckets: [0, 1, 0],
      unit: 's',
    });
  });

  it('knows of each request its headers, compression, size and number of records', async () => {
    const collector = await start();
    await exporter(collector.url)(1);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20x');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    await exporter(collector.url)(100);
    const [plain, compressed] = collector.requests;
    expect(plain).toMatchObject({ signal: 'traces', compression: 'identity', items: 1, answer: 'OK' });
    expect(plain?.metadata).not.toHaveProperty('authorization');
    expect(compressed).toMatchObject({
      compression: 'gzip',
      items: 100,
      metadata: { authorization: 'Bearer x' },
    });
    expect(compressed?.bytes).toBeGreaterThan(5 * (plain?.bytes ?? 0));
  });
});

describe('a collector that misbehaves', () => {
  it.each(['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'PERMISSION_DENIED'] as const)(
    'refuses with %s',
    async (code) => {
      const collector = await start({ behaviour: { kind: 'refuse', code } });
      expect(codeOf(await exporter(collector.url)(3))).toBe(status[code]);
      expect(collector.spans).toEqual([]);
      expect(collector.requests).toMatchObject([{ items: 3, answer: code }]);
    },
  );

  it('says in RetryInfo when to come again', async () => {
    const behaviour: Behaviour = { kind: 'refuse', code: 'RESOURCE_EXHAUSTED', retryAfterMs: 1_500 };
    const collector = await start({ behaviour });
    const { error } = await exporter(collector.url)(1);
    const [details] = (error as unknown as { metadata: { get(name: string): Buffer[] } }).metadata.get(
      'grpc-status-details-bin',
    );
    // google.rpc.RetryInfo { retry_delay { seconds: 1, nanos: 500000000 } }
    const retryInfo = Buffer.from([0x0a, 0x08, 0x08, 0x01, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
    expect(details?.includes('type.googleapis.com/google.rpc.RetryInfo')).toBe(true);
    expect(details?.subarray(-retryInfo.length)).toEqual(retryInfo);
    expect(details?.subarray(0, 2)).toEqual(Buffer.from([0x08, status.RESOURCE_EXHAUSTED]));
  });

  it('takes a part and answers OK', async () => {
    const collector = await start({ behaviour: { kind: 'partial', rejected: 2, message: 'too old' } });
    expect((await exporter(collector.url)(5)).code).toBe(ExportResultCode.SUCCESS);
    expect(collector.spans).toHaveLength(3);
    expect(collector.requests).toMatchObject([{ items: 5, answer: 'PARTIAL' }]);
  });

  it('is slow, and keeps nothing of a client that gave up', async () => {
    const collector = await start({ delayMs: 300 });
    const begun = performance.now();
    expect((await exporter(collector.url)(1)).code).toBe(ExportResultCode.SUCCESS);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
    expect(codeOf(await exporter(collector.url, { timeoutMillis: 100 })(1))).toBe(status.DEADLINE_EXCEEDED);
    await collector.waitFor(({ requests }) => requests[1]?.answer === 'CANCELLED');
    expect(collector.spans).toHaveLength(1);
  });

  it('does not answer at all', async () => {
    const collector = await start({ behaviour: { kind: 'silent' } });
    expect(codeOf(await exporter(collector.url, { timeoutMillis: 200 })(1))).toBe(status.DEADLINE_EXCEEDED);
    expect(collector.spans).toEqual([]);
  });

  it('cuts the connection while it reads a request', async () => {
    const collector = await start({ behaviour: { kind: 'cut', afterBytes: 20_000 } });
    expect((await exporter(collector.url)(1_000)).code).toBe(ExportResultCode.FAILED);
    expect(collector.cuts).toBe(1);
    expect(collector.requests).toEqual([]);
  });

  it('changes its behaviour while it runs, also for connections that are open', async () => {
    const collector = await start();
    const send = exporter(collector.url);
    expect((await send(1)).code).toBe(ExportResultCode.SUCCESS);
    collector.behave({ kind: 'refuse', code: 'UNAVAILABLE' });
    expect((await send(1)).code).toBe(ExportResultCode.FAILED);
    collector.behave({ kind: 'cut', afterBytes: 5_000 });
    expect((await send(500)).code).toBe(ExportResultCode.FAILED);
    collector.behave({ kind: 'ok' });
    await expect.poll(() => send(1), { timeout: 10_000 }).toMatchObject({ code: ExportResultCode.SUCCESS });
    expect(collector.cuts).toBe(1);
  });

  it('goes down and comes back on the same port', async () => {
    const collector = await start();
    const { url } = collector;
    const send = exporter(url);
    expect((await send(1)).code).toBe(ExportResultCode.SUCCESS);
    await collector.down();
    expect(codeOf(await send(1))).toBe(status.UNAVAILABLE);
    await collector.up();
    expect(collector.url).toBe(url);
    await expect.poll(() => send(1), { timeout: 10_000 }).toMatchObject({ code: ExportResultCode.SUCCESS });
  });

  it('says what there is when what was waited for does not come', async () => {
    const collector = await start();
    await exporter(collector.url)(2);
    await expect(collector.waitFor(({ spans }) => spans.length === 3, 50)).rejects.toThrow(
      /spans\.length === 3 within 50 ms; there are 2 spans, 0 log records, 0 data points from 1 requests/,
    );
  });
});

describe('a collector with TLS', () => {
  let certificates: Certificates;
  const tlsExporter = (url: string, pair?: Certificates['client']) =>
    exporter(url, {
      timeoutMillis: 2_000,
      credentials: credentials.createSsl(
        Buffer.from(certificates.ca),
        pair ? Buffer.from(pair.key) : null,
        pair ? Buffer.from(pair.cert) : null,
      ),
    });

  it('is trusted by those who know its authority, and by no others', async () => {
    certificates = await createCertificates();
    const collector = await start({ tls: certificates.server });
    expect((await tlsExporter(collector.url)(1)).code).toBe(ExportResultCode.SUCCESS);
    certificates = await createCertificates();
    expect((await tlsExporter(collector.url)(1)).code).toBe(ExportResultCode.FAILED);
    expect(collector.spans).toHaveLength(1);
  });

  it('may ask clients for a certificate', async () => {
    certificates = await createCertificates();
    const { server, client, ca } = certificates;
    const collector = await start({ tls: { ...server, ca } });
    expect((await tlsExporter(collector.url, client)(1)).code).toBe(ExportResultCode.SUCCESS);
    expect((await tlsExporter(collector.url)(1)).code).toBe(ExportResultCode.FAILED);
    const stranger = await createCertificates();
    expect((await tlsExporter(collector.url, stranger.client)(1)).code).toBe(ExportResultCode.FAILED);
    expect(collector.spans).toHaveLength(1);
  });
});
