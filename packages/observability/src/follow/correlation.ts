import { context, trace } from '@opentelemetry/api';
import type { RequestScope } from './scope.js';

/** A client may call a tool anything. */
const MAX_LENGTH = 200;

/** What a log line says of the request it was written for, and of the span that was active. */
export function correlation(scope: RequestScope | undefined): object {
  // A new one each time: pino writes the line's own fields into it.
  const fields: Record<string, string> = {};
  const ids = trace.getSpanContext(context.active());
  if (ids !== undefined) {
    fields.trace_id = ids.traceId;
    fields.span_id = ids.spanId;
  }
  if (scope === undefined) return fields;
  fields['mcp.method'] = scope.method;
  if (scope.name !== '') fields['mcp.name'] = scope.name.slice(0, MAX_LENGTH);
  return fields;
}
