import { context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import type { RequestScope } from './scope.js';

/** Bounds the name, since a client may send any name. */
const MAX_LENGTH = 200;

/** Returns the fields of a log line that name its request and the active span. */
export function correlation(scope: RequestScope | undefined): object {
  // A new object each time, since pino adds the fields of the line to it.
  const fields: Record<string, string> = {};
  const ids = trace.getSpanContext(context.active());
  if (ids !== undefined) identify(fields, ids);
  if (scope === undefined) return fields;
  fields['mcp.method'] = scope.method;
  if (scope.name !== '') fields['mcp.name'] = scope.name.slice(0, MAX_LENGTH);
  return fields;
}

/** Uses the names that OpenTelemetry defines for logs in other formats. */
export function identify(fields: Record<string, unknown>, ids: SpanContext): void {
  fields.trace_id = ids.traceId;
  fields.span_id = ids.spanId;
  fields.trace_flags = (ids.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
}
