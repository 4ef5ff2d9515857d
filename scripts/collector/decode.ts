import { join } from 'node:path';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';

const definitions = loadSync(join(import.meta.dirname, 'otlp.proto'), {
  longs: Number,
  defaults: true,
  oneofs: true,
});

const NANOS_IN_A_MS = 1e6;

type Any = { value?: string } & Record<string, unknown>;
type KeyValue = { key: string; value: Any };
type Attributes = Readonly<Record<string, unknown>>;

/** The library that made the item, and the schema of its semantic conventions. */
interface Scope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 2 is SERVER, 3 is CLIENT. */
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 0 is unset, 2 is an error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly resource: Attributes;
  readonly scope: Scope;
}

export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly severity: string;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly traceId: string;
  readonly spanId: string;
  /** The lowest bit says whether the trace is sampled. */
  readonly flags: number;
  readonly resource: Attributes;
  readonly scope: Scope;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram';
  readonly isMonotonic: boolean;
  readonly points: readonly Point[];
  readonly resource: Attributes;
  readonly scope: Scope;
}

interface Point {
  readonly attributes: Attributes;
  readonly value: number;
  readonly count: number;
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
  readonly exemplars: readonly Exemplar[];
}

interface Exemplar {
  readonly value: number;
  readonly atMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

export function decodeSpans(bytes: Buffer): Span[] {
  return decode('TracesData', bytes).resourceSpans.flatMap(({ resource, scopeSpans }: Raw) =>
    scopeSpans.flatMap((scope: Raw) =>
      scope.spans.map((span: Raw) => ({ ...toSpan(span, attributesOf(resource)), scope: scopeOf(scope) })),
    ),
  );
}

export function decodeLogs(bytes: Buffer): LogRecord[] {
  return decode('LogsData', bytes).resourceLogs.flatMap(({ resource, scopeLogs }: Raw) =>
    scopeLogs.flatMap((scope: Raw) =>
      scope.logRecords.map((record: Raw) => ({
        ...toRecord(record, attributesOf(resource)),
        scope: scopeOf(scope),
      })),
    ),
  );
}

export function decodeMetrics(bytes: Buffer): Metric[] {
  return decode('MetricsData', bytes).resourceMetrics.flatMap(({ resource, scopeMetrics }: Raw) =>
    scopeMetrics.flatMap((scope: Raw) =>
      scope.metrics.map((metric: Raw) => ({
        ...toMetric(metric, attributesOf(resource)),
        scope: scopeOf(scope),
      })),
    ),
  );
}

/** Returns the answer of a collector that rejected this many items. */
export function encodeResponse(rejected: number): Buffer {
  const type = definitions['otlp.ExportResponse'] as MessageTypeDefinition<object, object>;
  return type.serialize(rejected === 0 ? {} : { partialSuccess: { rejected, errorMessage: 'refused' } });
}

// biome-ignore lint/suspicious/noExplicitAny: protobuf messages have no types here; the exports of this file do
type Raw = any;

function decode(name: string, bytes: Buffer): Raw {
  return (definitions[`otlp.${name}`] as MessageTypeDefinition<object, object>).deserialize(bytes);
}

function scopeOf({ scope, schemaUrl }: Raw): Scope {
  return { name: scope?.name ?? '', version: scope?.version ?? '', schemaUrl };
}

function toSpan(span: Raw, resource: Attributes): Omit<Span, 'scope'> {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name,
    kind: span.kind,
    startMs: span.startTimeUnixNano / NANOS_IN_A_MS,
    endMs: span.endTimeUnixNano / NANOS_IN_A_MS,
    attributes: attributesOf(span),
    events: span.events.map((event: Raw) => ({ name: event.name, attributes: attributesOf(event) })),
    links: span.links.map((link: Raw) => ({ traceId: hex(link.traceId), spanId: hex(link.spanId) })),
    status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
    resource,
  };
}

function toRecord(record: Raw, resource: Attributes): Omit<LogRecord, 'scope'> {
  return {
    atMs: record.timeUnixNano / NANOS_IN_A_MS,
    severity: record.severityText,
    body: plain(record.body),
    attributes: attributesOf(record),
    traceId: hex(record.traceId),
    spanId: hex(record.spanId),
    flags: record.flags,
    resource,
  };
}

function toMetric(metric: Raw, resource: Attributes): Omit<Metric, 'scope'> {
  const kind = metric.data as Metric['kind'];
  const { dataPoints, isMonotonic = false } = metric[kind];
  const points = dataPoints.map((point: Raw) => ({
    attributes: attributesOf(point),
    value: point.asDouble || point.asInt || point.sum || 0,
    count: point.count ?? 0,
    bucketCounts: point.bucketCounts ?? [],
    bounds: point.explicitBounds ?? [],
    exemplars: (point.exemplars ?? []).map(toExemplar),
  }));
  return { name: metric.name, unit: metric.unit, kind, isMonotonic, points, resource };
}

function toExemplar(exemplar: Raw): Exemplar {
  return {
    value: exemplar.asDouble,
    atMs: exemplar.timeUnixNano / NANOS_IN_A_MS,
    traceId: hex(exemplar.traceId),
    spanId: hex(exemplar.spanId),
    attributes: attributesOf({ attributes: exemplar.filteredAttributes }),
  };
}

function attributesOf(holder: { attributes?: KeyValue[] } | null): Attributes {
  return Object.fromEntries((holder?.attributes ?? []).map(({ key, value }) => [key, plain(value)]));
}

function plain(any: Any | null): unknown {
  const value = any?.value === undefined ? undefined : any[any.value];
  if (any?.value === 'arrayValue') return (value as { values: Any[] }).values.map(plain);
  if (any?.value === 'kvlistValue') {
    return attributesOf({ attributes: (value as { values: KeyValue[] }).values });
  }
  return value;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
