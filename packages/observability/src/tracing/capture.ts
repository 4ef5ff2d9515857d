import type { Span } from '@opentelemetry/api';
import type { Message } from '../protocol/message.js';
import { redactText } from '../redact/text.js';
import { redact } from '../redact/value.js';
import * as semconv from '../semconv.js';

/** What of a request's content its span may hold; nothing unless the user asks. */
export interface Capture {
  readonly arguments: boolean;
  readonly results: boolean;
  readonly resourceUris: boolean;
  /** Characters after which a captured value is cut. */
  readonly maxLength: number;
}

/** Methods whose `uri` names a resource. */
const WITH_URI: ReadonlySet<unknown> = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
]);

export function capturedRequest(span: Span, { method, params }: Message, capture: Capture): void {
  if (capture.resourceUris && WITH_URI.has(method) && typeof params?.uri === 'string') {
    span.setAttribute(semconv.MCP_RESOURCE_URI, cut(redactText(params.uri, capture.maxLength), capture));
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

/** No more is looked through than can be shown. */
function text(value: object, capture: Capture): string {
  try {
    return cut(JSON.stringify(redact(value, capture.maxLength)), capture);
  } catch {
    return '[unserialisable]';
  }
}

function cut(text: string, { maxLength }: Capture): string {
  return text.slice(0, maxLength);
}
