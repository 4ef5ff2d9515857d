import type { Span } from '@opentelemetry/api';
import { isLargeLine, MAX_SEARCHED_BYTES } from '../mcp/large-lines.js';
import { headerOf, type Message, type MessageExtra } from '../protocol/message.js';
import { redactText } from '../redact/text.js';
import { redact } from '../redact/value.js';
import * as semconv from '../semconv.js';

/** Which content of a request its span may contain. By default none. */
export interface Capture {
  readonly arguments: boolean;
  readonly results: boolean;
  readonly resourceUris: boolean;
  /** The number of characters after which a captured value is cut. */
  readonly maxLength: number;
}

const TOO_LARGE = '[cut: the request is too large]';

/** Bounds the number of arguments, since a client may send any number with any names. */
const MAX_VARIABLES = 50;
const MAX_NAME = 200;

/** The methods whose `uri` names a resource. */
const WITH_URI: ReadonlySet<unknown> = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'notifications/resources/updated',
]);

export function capturedRequest(span: Span, message: Message, capture: Capture, extra?: MessageExtra): void {
  const { method, params } = message;
  if (capture.resourceUris && WITH_URI.has(method) && typeof params?.uri === 'string') {
    span.setAttribute(semconv.MCP_RESOURCE_URI, cut(redactText(params.uri, capture.maxLength), capture));
  }
  if (!capture.arguments) return;
  const isSmall = !isLargeLine(message) && !mayBeTooLarge(extra);
  if (method === 'tools/call') {
    const shown = isSmall ? text(params?.arguments ?? {}, capture) : cut(TOO_LARGE, capture);
    span.setAttribute(semconv.GEN_AI_TOOL_ARGUMENTS, shown);
  } else if (method === 'prompts/get' && isSmall) capturedVariables(span, params?.arguments, capture);
}

/** The size of a request that comes compressed, or without its length, is unknown: in chunks, or over HTTP/2. */
function mayBeTooLarge(extra: MessageExtra | undefined): boolean {
  if (!extra?.requestInfo?.headers && !extra?.request?.headers) return false;
  const isUntold = ['transfer-encoding', 'content-encoding'].some(
    (name) => headerOf(extra, name) !== undefined,
  );
  return isUntold || !(Number(headerOf(extra, 'content-length')) <= MAX_SEARCHED_BYTES);
}

/** The arguments of a prompt as separate attributes, as the conventions require. */
function capturedVariables(span: Span, values: unknown, capture: Capture): void {
  if (typeof values !== 'object' || values === null) return;
  let left = capture.maxLength;
  for (const [name, value] of variablesOf(values, capture)) {
    const shown = value.slice(0, left);
    span.setAttribute(`${semconv.GEN_AI_PROMPT_VARIABLE}.${name.slice(0, MAX_NAME)}`, shown);
    left -= shown.length;
  }
}

function variablesOf(values: object, { maxLength }: Capture): [string, string][] {
  try {
    const shown = Object.entries(Object(redact(values, maxLength))).slice(0, MAX_VARIABLES);
    return shown.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  } catch {
    return [];
  }
}

export function capturedResult(span: Span, method: string, { result }: Message, capture: Capture): void {
  if (capture.results && method === 'tools/call') {
    span.setAttribute(semconv.GEN_AI_TOOL_RESULT, text(result ?? {}, capture));
  }
}

/** Never reads more than can be shown. */
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
