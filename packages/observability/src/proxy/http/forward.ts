import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { withMeta } from '../inject-meta.js';
import { CONNECTION_CLOSED, type HttpExchange } from './exchange.js';
import { refuse } from './failure.js';
import { type Additions, endToEnd } from './headers.js';
import type { Upstream } from './upstream.js';

/** What the SDKs' clients call an answer that took too long. */
const REQUEST_TIMEOUT = -32001;

class UpstreamTimeout extends Error {}

/**
 * Passes one exchange on as it comes, and whichever side breaks off, the other learns it. Nothing is held back but the head
 * of a short request that takes its trace context along.
 */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: Upstream,
  exchange: HttpExchange,
): void {
  let request: ClientRequest | undefined;
  const open = (additions?: Additions) => {
    request = passOn(upstream.request(incoming, additions), outgoing, upstream, exchange);
    return request;
  };
  outgoing.sendDate = false;
  outgoing.once('close', () => {
    if (outgoing.writableFinished) return;
    exchange.clientGone();
    request?.destroy();
  });
  const copy = exchange.requestBody();
  incoming.on('data', (chunk: Buffer) => copy.write(chunk));
  incoming.once('end', () => copy.end());
  if (exchange.mayCarryContext) hold(incoming, open, exchange, upstream.options.injectMeta);
  else stream(incoming, open());
}

function stream(incoming: IncomingMessage, request: ClientRequest): void {
  // A client that waits for 100 Continue gets it from the upstream.
  if (incoming.headers.expect) request.flushHeaders();
  incoming.pipe(request);
}

/** Waits for the body, which tells which trace its request belongs to, before the head goes on. */
function hold(
  incoming: IncomingMessage,
  open: (additions: Additions) => ClientRequest,
  exchange: HttpExchange,
  injectMeta: boolean,
): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.once('end', () => {
    const { carrier } = exchange;
    const came = Buffer.concat(chunks);
    const body = carrier && injectMeta ? withMeta(came, carrier) : came;
    open({ ...carrier, 'Content-Length': String(body.length) }).end(body);
  });
}

/** Brings the answer back, or an error in its place. */
function passOn(
  request: ClientRequest,
  outgoing: ServerResponse,
  upstream: Upstream,
  exchange: HttpExchange,
): ClientRequest {
  const timer = setTimeout(() => request.destroy(new UpstreamTimeout()), upstream.options.timeoutMs);
  outgoing.once('close', () => clearTimeout(timer));
  request.once('response', (response) => {
    clearTimeout(timer);
    answer(response, outgoing, exchange);
  });
  request.once('continue', () => {
    if (!outgoing.headersSent) outgoing.writeContinue();
  });
  request.on('error', (error) => {
    clearTimeout(timer);
    broken(error, outgoing, upstream, exchange);
  });
  return request;
}

function answer(response: IncomingMessage, outgoing: ServerResponse, exchange: HttpExchange): void {
  const copy = exchange.responseBegan(response);
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response));
  const gather = gathering(outgoing.socket);
  gather();
  outgoing.flushHeaders();
  response.on('data', (chunk: Buffer) => {
    gather();
    if (!outgoing.write(chunk)) response.pause();
    copy.write(chunk);
  });
  outgoing.on('drain', () => response.resume());
  response.once('end', () => {
    copy.end();
    outgoing.end();
  });
  response.once('error', () => {
    exchange.failed(CONNECTION_CLOSED);
    outgoing.destroy();
  });
}

/**
 * Lets what is written in one turn of the event loop leave in one write. The socket is what waits: a response that is
 * corked when it ends writes its last chunk first in Node 24.
 */
function gathering(socket: Socket | null): () => void {
  let isCorked = false;
  return () => {
    if (isCorked || socket === null) return;
    isCorked = true;
    socket.cork();
    setImmediate(() => {
      isCorked = false;
      socket.uncork();
    });
  };
}

function broken(
  error: NodeJS.ErrnoException,
  outgoing: ServerResponse,
  upstream: Upstream,
  exchange: HttpExchange,
): void {
  const timedOut = error instanceof UpstreamTimeout;
  const code = timedOut ? REQUEST_TIMEOUT : CONNECTION_CLOSED;
  const id = exchange.errorId;
  exchange.failed(code);
  if (outgoing.destroyed) return;
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const { timeoutMs } = upstream.options;
  const reason = timedOut ? `no answer within ${timeoutMs / 1_000} s` : (error.code ?? error.message);
  refuse(outgoing, timedOut ? 504 : 502, { code, message: `MCP server: ${reason}` }, id);
}
