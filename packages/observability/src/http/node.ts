import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Headers, headerIn, headerText as text } from './answer-headers.js';
import type { Chunk } from './body.js';
import type { HttpExchange } from './exchange.js';
import type { AnswerHeaders } from './hidden.js';
import { whenGone } from './when-gone.js';

/** Shared by all copies of this package, so that two copies never count the same exchange. */
const WATCH = Symbol.for('@pmcp/observability.exchange');

/** The methods of a response. They accept their arguments in several orders. */
type Write = (chunk: unknown, encoding: unknown, callback: unknown) => never;
type WriteHead = (status: number, reason: unknown, headers: unknown) => never;

/** A response of Node. Frameworks wrap it or change its prototype. */
interface Response {
  [WATCH]?: Watch;
  write: Write;
  end: Write;
  writeHead: WriteHead;
  flushHeaders(): void;
  readonly statusCode: number;
  readonly destroyed?: boolean;
  getHeader(name: string): unknown;
}

/** An exchange, and the original methods of its response. */
class Watch implements AnswerHeaders {
  /** The headers that were passed to `writeHead`. */
  given: Headers;
  readonly write: Write;
  readonly end: Write;
  readonly writeHead: WriteHead;
  readonly flushHeaders: () => void;

  constructor(
    private readonly response: Response,
    readonly exchange: HttpExchange,
  ) {
    this.given = undefined;
    this.write = response.write;
    this.end = response.end;
    this.writeHead = response.writeHead;
    this.flushHeaders = response.flushHeaders;
  }

  get(name: string): string | null {
    return text(headerIn(this.given, name) ?? this.response.getHeader(name)) ?? null;
  }
}

/** Returns the exchange that a response answers, if it is watched. */
export function exchangeOf(response: object): HttpExchange | undefined {
  return (response as Response)[WATCH]?.exchange;
}

/** Watches the answer to an exchange. It creates no closure for each exchange. */
export function watchResponse(serverResponse: ServerResponse, exchange: HttpExchange): void {
  const response = serverResponse as unknown as Response;
  response[WATCH] = new Watch(response, exchange);
  response.write = watchedWrite as Write;
  response.end = watchedEnd as Write;
  response.writeHead = watchedWriteHead as WriteHead;
  response.flushHeaders = watchedFlush;
  whenGone(serverResponse, exchange);
}

/** The request as the server received it. Routers of frameworks shorten its path. */
export function targetOf(request: IncomingMessage): string | undefined {
  const { originalUrl } = request as { originalUrl?: unknown };
  return typeof originalUrl === 'string' ? originalUrl : request.url;
}

function watchedWriteHead(this: Response, status: number, reason: unknown, headers: unknown): unknown {
  const { writeHead, exchange } = this[WATCH]!;
  const result: unknown = writeHead.call(this, status, reason, headers);
  try {
    headed(this, exchange, status, (typeof reason === 'string' ? headers : reason) as Headers);
  } catch {
    exchange.listener.failed();
  }
  return result;
}

function watchedWrite(this: Response, chunk: unknown, encoding: unknown, callback: unknown): unknown {
  const { write, exchange } = this[WATCH]!;
  const { destroyed } = this;
  const result: unknown = write.call(this, chunk, encoding, callback);
  if (!destroyed) wrote(this, exchange, chunk, encoding);
  return result;
}

function watchedEnd(this: Response, chunk: unknown, encoding: unknown, callback: unknown): unknown {
  const { end, exchange } = this[WATCH]!;
  const { destroyed } = this;
  const result: unknown = end.call(this, chunk, encoding, callback);
  if (!destroyed) wrote(this, exchange, chunk, encoding);
  return result;
}

function watchedFlush(this: Response): void {
  const { flushHeaders, exchange } = this[WATCH]!;
  flushHeaders.call(this);
  wrote(this, exchange, undefined, undefined);
}

function headed(response: Response, exchange: HttpExchange, status: number, given: Headers): void {
  const contentType = headerIn(given, 'content-type') ?? response.getHeader('content-type');
  const challenge =
    status < 400
      ? undefined
      : (headerIn(given, 'www-authenticate') ?? response.getHeader('www-authenticate'));
  const watch = response[WATCH]!;
  watch.given = given;
  exchange.head(status, text(contentType), text(challenge), watch);
}

function wrote(response: Response, exchange: HttpExchange, chunk: unknown, encoding: unknown): void {
  try {
    // Over HTTP/2, Node sends an implicit head without calling `writeHead`.
    if (exchange.status === undefined) headed(response, exchange, response.statusCode, undefined);
    exchange.firstByte();
    // An answer to HEAD has no body, even if something is written.
    if (isChunk(chunk) && exchange.request.method !== 'HEAD') exchange.wrote(chunk, encoding);
  } catch {
    exchange.listener.failed();
  }
}

function isChunk(chunk: unknown): chunk is Chunk {
  return (typeof chunk === 'string' && chunk !== '') || (chunk instanceof Uint8Array && chunk.byteLength > 0);
}
