import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { type Headers, headerIn, headerText } from '../../http/answer-headers.js';
import { copied } from './copied.js';

/** The headers that show what an answer means, and how to read its body. */
const TELLING = ['content-type', 'content-encoding', 'mcp-session-id', 'www-authenticate'];

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Written = Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Method>;

/** Receives what is sent. */
export interface AnswerListener {
  head(statusCode: number, headers: IncomingHttpHeaders): void;
  chunk(bytes: Buffer): void;
}

/** Watches what is written to a response, after it was written. */
export function tapAnswer(response: ServerResponse, listener: AnswerListener): void {
  const written = response as unknown as Written;
  const { writeHead, write, end, flushHeaders } = written;
  let given: Headers;
  let hasBegun = false;
  const begun = () => {
    if (hasBegun || !response.headersSent) return;
    hasBegun = true;
    listener.head(response.statusCode, headersOf(response, given));
  };
  const wrote = ([chunk, encoding]: readonly unknown[], wasDestroyed: boolean) => {
    begun();
    const bytes = wasDestroyed ? undefined : copied(chunk, encoding);
    if (bytes !== undefined) listener.chunk(bytes);
  };
  written.writeHead = function (...args) {
    const result = writeHead.apply(this, args);
    given = (typeof args[1] === 'string' ? args[2] : args[1]) as Headers;
    begun();
    return result;
  };
  written.flushHeaders = function (...args) {
    const result = flushHeaders.apply(this, args);
    begun();
    return result;
  };
  const watching = (method: Method): Method =>
    function (this: unknown, ...args) {
      const { destroyed } = response;
      const result = method.apply(this, args);
      wrote(args, destroyed);
      return result;
    };
  written.write = watching(write);
  written.end = watching(end);
}

function headersOf(response: ServerResponse, given: Headers): IncomingHttpHeaders {
  const texts = TELLING.map((name) => [name, headerText(headerIn(given, name) ?? response.getHeader(name))]);
  return Object.fromEntries(texts.filter(([, value]) => value !== undefined));
}
