import { context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import type { RequestScope } from './scope.js';

/** A client may call a tool anything. */
const MAX_LENGTH = 200;

/** What a log line says of the request it was written for, and of the span that was active. */
export function correlation(scope: RequestScope | undefined): object {
  // A new one each time: pino writes the line's own fields into it.
  const fields: Record<string, string> = {};
  const ids = trace.getSpanContext(context.active());
  if (ids !== undefined) identify(fields, ids);
  if (scope === undefined) return fields;
  fields['mcp.method'] = scope.method;
  if (scope.name !== '') fields['mcp.name'] = scope.name.slice(0, MAX_LENGTH);
  return fields;
}

/** Under the names that OpenTelemetry has for logs in other formats than its own. */
export function identify(fields: Record<string, unknown>, ids: SpanContext): void {
  fields.trace_id = ids.traceId;
  fields.span_id = ids.spanId;
  fields.trace_flags = (ids.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
}
