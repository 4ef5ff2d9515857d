import type { Span } from '@opentelemetry/api';
import type { Message } from '../mcp/message.js';
import * as semconv from '../semconv.js';

/** What of a request's content its span may hold; nothing unless the user asks. */
export interface Capture {
  readonly arguments: boolean;
  readonly results: boolean;
  readonly resourceUris: boolean;
  /** Characters after which a captured value is cut. */
  readonly maxLength: number;
  /** Takes the secrets out of a value, leaving the original as it is. */
  readonly redact: (value: object) => object;
}

/** Methods whose `uri` names a resource. */
const WITH_URI: ReadonlySet<unknown> = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
]);

export function capturedRequest(span: Span, { method, params }: Message, capture: Capture): void {
  if (capture.resourceUris && WITH_URI.has(method) && typeof params?.uri === 'string') {
    span.setAttribute(semconv.MCP_RESOURCE_URI, params.uri.slice(0, capture.maxLength));
  }
  if (capture.arguments && method === 'tools/call') {
    span.setAttribute(semconv.GEN_AI_TOOL_ARGUMENTS, text(params?.arguments ?? {}, capture));
  }
}

export function capturedResult(span: Span, method: string, { result }: Message, capture: Capture): void {
  if (capture.results && method === 'tools/call') {
    span.setAttribute(semconv.GEN_AI_TOOL_RESULT, text(result ?? {}, capture));
  }
}

function text(value: object, { redact, maxLength }: Capture): string {
  try {
    return JSON.stringify(redact(value)).slice(0, maxLength);
  } catch {
    return '[unserialisable]';
  }
}
