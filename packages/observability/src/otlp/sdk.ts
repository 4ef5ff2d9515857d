import type * as otlp from '@pmcp/otlp';
import { notInstalled } from '../not-installed.js';

export type Sdk = typeof otlp;
export type Exporter<Batch> = otlp.Exporter<Batch>;
export type EncodedSpan = otlp.EncodedSpan;
export type LastRequest = otlp.LastRequest;
export type LogRecord = otlp.LogRecord;
export type PushedExemplar = otlp.PushedExemplar;
export type PushedMetrics = otlp.Metrics;
export type PlainSpan = otlp.PlainSpan;
export type PlainSpans = otlp.PlainSpans;
export type PlainTracer = PlainSpans['tracer'];
export type Span = otlp.Span;
export type SpanBatch = otlp.SpanBatch;
export type SpanProcessor = otlp.SpanProcessor;
export type TracerProvider = otlp.TracerProvider;

let loading: Promise<Sdk> | undefined;
let loaded: Sdk | undefined;

/**
 * Loads the OpenTelemetry SDK. It is large, so only processes that export telemetry load it. A literal name, so that bundlers can
 * follow it. Inside `try`, so that they continue if it is not installed.
 */
export function loadSdk(): Promise<Sdk> {
  loading ??= load();
  return loading;
}

/** Returns the SDK for callers that can't wait; undefined until it is loaded. */
export function loadedSdk(): Sdk | undefined {
  return loaded;
}

async function load(): Promise<Sdk> {
  try {
    loaded = await import('@pmcp/otlp');
    return loaded;
  } catch (cause) {
    throw notInstalled('@pmcp/otlp', cause);
  }
}
