import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { BodySink } from './body.js';
import { CONNECTION_CLOSED, type HttpExchange } from './exchange.js';
import { refuse } from './failure.js';
import { endToEnd } from './headers.js';
import type { Upstream } from './upstream.js';

/** What the SDKs' clients call an answer that took too long. */
const REQUEST_TIMEOUT = -32001;

class UpstreamTimeout extends Error {}

/** Passes one exchange on as it comes: nothing is held back, and whichever side breaks off, the other learns it. */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: Upstream,
  exchange: HttpExchange,
): void {
  const request = upstream.request(incoming);
  const timer = setTimeout(() => request.destroy(new UpstreamTimeout()), upstream.options.timeoutMs);
  outgoing.sendDate = false;
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
  outgoing.once('close', () => {
    clearTimeout(timer);
    if (outgoing.writableFinished) return;
    exchange.clientGone();
    request.destroy();
  });
  sendBody(incoming, request, exchange.requestBody());
}

function sendBody(incoming: IncomingMessage, request: ClientRequest, copy: BodySink): void {
  // A client that waits for 100 Continue gets it from the upstream.
  if (incoming.headers.expect) request.flushHeaders();
  incoming.on('data', (chunk: Buffer) => copy.write(chunk));
  incoming.once('end', () => copy.end());
  incoming.pipe(request);
}

function answer(response: IncomingMessage, outgoing: ServerResponse, exchange: HttpExchange): void {
  const copy = exchange.responseBegan(response);
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response));
  // Head and first bytes leave together when they came together, and the head alone if nothing follows it. The socket
  // is what waits: a response that is corked when it ends writes its last chunk first in Node 24.
  const { socket } = outgoing;
  socket?.cork();
  outgoing.flushHeaders();
  setImmediate(() => socket?.uncork());
  response.on('data', (chunk: Buffer) => {
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
