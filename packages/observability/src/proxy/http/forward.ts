import type { ClientRequest, IncomingMessage, InformationEvent, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { UNRECORDED } from '../../mcp/call-audit.js';
import type { Tap } from './body.js';
import { whenBodyOver } from './body-over.js';
import { watchForCrumbs } from './crumbs.js';
import { keepDraining } from './early-answer.js';
import { CONNECTION_CLOSED, type HttpExchange } from './exchange.js';
import { refuse, refuseUnrecorded } from './failure.js';
import { type Additions, endToEnd, hasBody, hasOtherCoding } from './headers.js';
import { injected } from './injected.js';
import type { OpenStreams } from './open-streams.js';
import { earlyHints, gathering, sendHead } from './outgoing.js';
import { Slices } from './slices.js';
import type { Upstream } from './upstream.js';

/** The error code of the SDKs' clients for an answer that took too long. */
const REQUEST_TIMEOUT = -32001;

/** A piece of a stream has up to a hundred of the shortest events. Other bodies are only collected. */
const PIECE_BYTES = 1_024;
const ANY_LENGTH = Number.POSITIVE_INFINITY;

class UpstreamTimeout extends Error {}

/**
 * Passes one exchange on as it comes. If one side breaks off, the other one notices. Only a short request is
 * held back, if its trace context may have to be added, or if it must be recorded first.
 */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: Upstream,
  exchange: HttpExchange,
  streams: OpenStreams,
): void {
  outgoing.sendDate = false;
  const copy = exchange.requestBody();
  incoming.on('data', (chunk: Buffer) => copy.write(chunk));
  incoming.once('end', () => copy.end());
  whenBodyOver(incoming, () => {
    if (!incoming.readableEnded) copy.drop();
  });
  const passage = new Passage(incoming, outgoing, upstream, exchange, streams);
  if (hasBody(incoming)) passage.expectBody();
  if (exchange.waits && exchange.holds()) passage.hold();
  else if (exchange.isRecordable) passage.stream();
  else refuseUnrecorded(outgoing, exchange, UNRECORDED);
}

/** Passes one request to the upstream, and its answer back. */
class Passage {
  private request: ClientRequest | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isRepeated = false;
  /** Whether the client waits for 100 Continue from the upstream before it sends its body. */
  private awaitsContinue: boolean;
  private openEnds = 2;
  /** The request's body, while it is passed on. */
  private body: Slices | undefined;

  constructor(
    private readonly incoming: IncomingMessage,
    private readonly outgoing: ServerResponse,
    private readonly upstream: Upstream,
    private readonly exchange: HttpExchange,
    private readonly streams: OpenStreams,
  ) {
    this.awaitsContinue = incoming.headers.expect !== undefined;
    // Not on the response: while it waits for earlier responses, it has no socket and does not notice.
    incoming.socket.on('close', this.clientLeft);
    outgoing.once('close', this.endClosed);
  }

  /** Passes the body on as it comes. */
  stream(): void {
    const { incoming } = this;
    const request = this.open();
    if (!request) return;
    if (!hasBody(incoming)) {
      request.end();
      return;
    }
    // A client that waits for 100 Continue gets it from the upstream.
    if (this.awaitsContinue) request.flushHeaders();
    const body = new Slices(incoming, ANY_LENGTH, {
      read() {},
      pass: (bytes) => {
        if (!request.write(bytes)) incoming.pause();
      },
      caughtUp() {},
    });
    this.body = body;
    watchForCrumbs(incoming, () => this.crumbled());
    request.on('drain', () => {
      this.timer?.refresh();
      incoming.resume();
    });
    incoming.once('end', () => body.whenEmpty(() => request.end()));
  }

  /** Starts a timeout: a client that pauses too long in the middle of its body will not send the rest. */
  expectBody(): void {
    const { incoming } = this;
    const timer = setTimeout(() => {
      // The client may be unable to send: nothing reads its bytes now, or it waits for 100 Continue.
      if (incoming.isPaused() || this.awaitsContinue) timer.refresh();
      else this.bodyOverdue();
    }, this.upstream.options.bodyTimeoutMs);
    incoming.on('data', () => timer.refresh());
    whenBodyOver(incoming, () => clearTimeout(timer));
  }

  private crumbled(): void {
    this.exchange.turnedAway(400);
    this.request?.destroy();
    // Also drops what Node has read already, and would emit otherwise.
    this.incoming.destroy();
  }

  private bodyOverdue(): void {
    const { outgoing, incoming, exchange, upstream } = this;
    const message = `no more of the request's body within ${upstream.options.bodyTimeoutMs / 1_000} s`;
    exchange.turnedAway(408);
    this.request?.destroy();
    if (outgoing.headersSent) incoming.socket.destroy();
    else refuse(outgoing, 408, { code: REQUEST_TIMEOUT, message });
  }

  /** Sends the head after the body was read, which decides the trace context and whether to refuse. */
  hold(): void {
    const chunks: Buffer[] = [];
    this.incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    whenBodyOver(this.incoming, () => this.exchange.holdsNoMore());
    this.incoming.once('end', () => {
      const { carrier, takesMeta, refusal } = this.exchange;
      const came = Buffer.concat(chunks);
      const injects = this.upstream.options.injectMeta && takesMeta;
      const body = carrier && injects ? injected(came, carrier) : came;
      if (refusal) refuseUnrecorded(this.outgoing, this.exchange, refusal);
      else this.open({ ...carrier, 'Content-Length': String(body.length) })?.end(body);
    });
  }

  private open(additions?: Additions): ClientRequest | undefined {
    try {
      this.request = this.upstream.request(this.incoming, additions);
    } catch (error) {
      this.broken(error as Error);
      return undefined;
    }
    this.follow(this.request);
    return this.request;
  }

  private follow(request: ClientRequest): void {
    this.timer = setTimeout(() => this.overdue(request), this.upstream.options.timeoutMs);
    request.once('finish', () => this.timer?.refresh());
    request.once('response', (response: IncomingMessage) => {
      response.once('end', () => keepDraining(request));
      this.answer(response);
    });
    request.once('upgrade', (_: IncomingMessage, socket: Socket) => {
      socket.destroy();
      this.broken(new Error('it switched to another protocol that nobody asked for'));
    });
    request.on('information', (information: InformationEvent) => this.inform(information));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (this.mayRepeat(request, error)) this.repeat();
      else this.broken(error);
    });
    request.once('close', () => {
      if (request === this.request) this.requestClosed();
    });
  }

  /** The timeout is for the upstream. It does not run while the upstream waits for the client's body. */
  private overdue(request: ClientRequest): void {
    const isConnected = request.socket?.connecting === false;
    const isClientsTurn = isConnected && !request.writableNeedDrain && !this.awaitsContinue;
    if (isClientsTurn && !this.incoming.complete) this.timer?.refresh();
    else request.destroy(new UpstreamTimeout());
  }

  /**
   * Whether a request can be sent again. It can if the upstream just closed a connection of the pool, and the
   * request was only a head without a body.
   */
  private mayRepeat(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
    if (!request.reusedSocket || error.code !== 'ECONNRESET' || this.isRepeated) return false;
    return !this.outgoing.headersSent && !hasBody(this.incoming) && !this.incoming.socket.destroyed;
  }

  private repeat(): void {
    this.isRepeated = true;
    clearTimeout(this.timer);
    this.stream();
  }

  private inform({ statusCode, rawHeaders }: InformationEvent): void {
    const { outgoing, incoming } = this;
    if (statusCode === 100) this.awaitsContinue = false;
    if (outgoing.headersSent || incoming.httpVersion === '1.0') return;
    if (statusCode === 100) outgoing.writeContinue();
    else if (statusCode === 102) outgoing.writeProcessing();
    else if (statusCode === 103) earlyHints(outgoing, rawHeaders);
  }

  private answer(response: IncomingMessage): void {
    clearTimeout(this.timer);
    if (!this.begin(response)) return;
    const { outgoing, exchange } = this;
    const copy = exchange.responseBegan(response);
    const gather = gathering(outgoing.socket);
    gather();
    sendHead(outgoing);
    const answer = this.passBack(response, copy, gather);
    if (exchange.isStream)
      this.streams.opened(outgoing, () => {
        exchange.clientGone();
        answer.stop();
        outgoing.end();
        response.destroy();
      });
  }

  /** @returns whether the answer's head can be passed on as it came */
  private begin(response: IncomingMessage): boolean {
    const { statusCode = 0, statusMessage } = response;
    try {
      if (hasOtherCoding(response)) throw new Error('its Transfer-Encoding is not chunked alone');
      this.outgoing.writeHead(statusCode, statusMessage, endToEnd(response));
      return true;
    } catch (error) {
      this.broken(error as Error);
      response.destroy();
      return false;
    }
  }

  private passBack(response: IncomingMessage, copy: Tap, gather: () => void): Slices {
    const { outgoing, exchange } = this;
    const answer = new Slices(response, exchange.isStream ? PIECE_BYTES : ANY_LENGTH, {
      read: (piece) => copy.write(piece),
      pass: (bytes) => {
        gather();
        if (!outgoing.write(bytes)) response.pause();
      },
      caughtUp: () => !outgoing.writableNeedDrain && response.resume(),
    });
    outgoing.on('drain', () => !answer.isBehind && response.resume());
    response.once('end', () =>
      answer.whenEmpty(() => {
        copy.end();
        outgoing.end();
      }),
    );
    response.once('error', (error) => {
      answer.stop();
      this.broken(error);
    });
    return answer;
  }

  private broken(error: NodeJS.ErrnoException): void {
    clearTimeout(this.timer);
    const { outgoing, exchange, upstream } = this;
    const timedOut = error instanceof UpstreamTimeout;
    const code = timedOut ? REQUEST_TIMEOUT : CONNECTION_CLOSED;
    const id = exchange.errorId;
    exchange.failed(code, timedOut ? 504 : 502);
    // A complete answer may still be on its way to the client.
    if (outgoing.destroyed || outgoing.writableEnded || this.incoming.socket.destroyed) return;
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    const { timeoutMs } = upstream.options;
    const reason = timedOut ? `no answer within ${timeoutMs / 1_000} s` : (error.code ?? error.message);
    refuse(outgoing, timedOut ? 504 : 502, { code, message: `MCP server: ${reason}` }, id);
  }

  private readonly clientLeft = (): void => {
    this.exchange.clientGone();
    this.request?.destroy();
  };

  private requestClosed(): void {
    clearTimeout(this.timer);
    this.endClosed();
    // Unread bytes of the body would prevent the client from sending its next request.
    this.body?.stop();
    if (!this.incoming.readableEnded) this.incoming.resume();
  }

  private readonly endClosed = (): void => {
    this.openEnds--;
    if (this.openEnds === 0) this.incoming.socket.off('close', this.clientLeft);
  };
}
