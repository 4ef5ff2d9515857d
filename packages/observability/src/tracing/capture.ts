import type { Span } from '@opentelemetry/api';
import { CUT, isSecret, MAX_STRING, masked, REDACTED } from '../logging/redact.js';
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

/** How JSON begins that may hold an object; `[INFO]` does not. */
const JSON_TEXT = /^\s*[[{]\s*["[{\]}\dtfn-]/;
const URI = /^(?:[a-z][\w+.-]*:)+\/\/\S+$/i;
const USER_INFO = /^((?:[a-z][\w+.-]*:)+\/\/)[^/?#]*@/i;
const PARAMETER = /([?&;#])([^=&;#?]+)=([^&;#]*)/g;
/** What makes an URL of a cloud's storage open to whoever has it. */
const SIGNATURE = /^sig$|signature$/i;

export function capturedRequest(span: Span, { method, params }: Message, capture: Capture): void {
  if (capture.resourceUris && WITH_URI.has(method) && typeof params?.uri === 'string') {
    span.setAttribute(semconv.MCP_RESOURCE_URI, safeUri(params.uri).slice(0, capture.maxLength));
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

function text(value: object, capture: Capture): string {
  try {
    const left = Math.max(capture.maxLength, MAX_STRING);
    return masked(new Content(capture.redact, left).json(value)).slice(0, capture.maxLength);
  } catch {
    return '[unserialisable]';
  }
}

/** A tool's texts are often JSON or URIs themselves, and hold secrets as other values do. */
class Content {
  constructor(
    private readonly redact: Capture['redact'],
    /** Characters that may still be parsed. What comes after those would not be shown anyway. */
    private left: number,
  ) {}

  json(value: object): string {
    return JSON.stringify(this.redact(value), (_key, part) =>
      typeof part === 'string' ? this.text(part) : part,
    );
  }

  private text(text: string): string {
    if (URI.test(text)) return safeUri(text);
    if (!JSON_TEXT.test(text)) return text;
    this.left -= text.length;
    // A longer one was cut already, and is no JSON any more.
    if (text.length > MAX_STRING || this.left < 0) return CUT;
    const value = parsed(text);
    return value === undefined ? text : this.json(value);
  }
}

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** Without the user and the values of secret parameters, and else as it came. */
function safeUri(uri: string): string {
  return uri
    .replace(USER_INFO, '$1')
    .replaceAll(PARAMETER, (all, before: string, name: string, value: string) => {
      const [decoded = name] = new URLSearchParams(name).keys();
      return isSecret(decoded, value) || SIGNATURE.test(decoded) ? `${before}${name}=${REDACTED}` : all;
    });
}
