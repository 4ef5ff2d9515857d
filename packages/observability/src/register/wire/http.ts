import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeardExchange, type HttpHearing } from './exchange.js';
import { isForServer, isMcp, takesBoth } from './http-candidate.js';
import type { Setting } from './tape.js';

/** Node reports every exchange of every HTTP server in the process. */
const CHANNEL = 'http.server.request.start';

/** How many exchanges are kept until it is known whether there is a server that was not found. */
const MAX_KEPT = 16;
/** Exchanges that wait for the first one to be reported. */
const MAX_EXPECTED = 200;

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

export interface HttpWireListener {
  /** Whether there is a server that is observed from inside, and so sees its exchanges itself. */
  isSeen(): boolean;
  /** @param isWhole whether the answer is in this exchange; with HTTP+SSE, answers are on a stream that began before */
  answered(isWhole: boolean): void;
  failed(): void;
}

/** The HTTP exchanges of this process that belong to an MCP server. */
export class HttpWire {
  private readonly kept = new Set<HeardExchange>();
  private hearing: HttpHearing | undefined;
  private at: Setting = () => {};
  private isHeard = false;

  constructor(private readonly listener: HttpWireListener) {
    subscribe(CHANNEL, this.started);
  }

  /** There is a server. Its traffic is kept until it can be reported. */
  expect(hearing: HttpHearing, at: Setting): void {
    this.hearing = hearing;
    this.at = at;
  }

  /** Reports what was kept, and from now on everything that passes. */
  hear(): void {
    const { hearing, at, kept } = this;
    if (hearing === undefined || this.isHeard) return;
    this.isHeard = true;
    for (const exchange of kept) exchange.hear(hearing, at);
    kept.clear();
  }

  close(): void {
    unsubscribe(CHANNEL, this.started);
    for (const exchange of this.kept) exchange.drop();
    this.kept.clear();
  }

  private readonly started = (message: unknown): void => {
    try {
      this.began(message as Started);
    } catch {
      this.listener.failed();
    }
  };

  private began({ request, response, server }: Started): void {
    const { hearing, listener, kept } = this;
    if (hearing === undefined) {
      if (kept.size < MAX_KEPT && isMcp(request)) kept.add(this.watch(request, response));
    } else if (listener.isSeen()) this.close();
    else if (isForServer(request, hearing.connections)) {
      hearing.ignore(server);
      if (kept.size === MAX_EXPECTED) this.hear();
      const exchange = this.watch(request, response);
      if (this.isHeard) exchange.hear(hearing, this.at);
      else kept.add(exchange);
    }
  }

  private watch(request: IncomingMessage, response: ServerResponse): HeardExchange {
    const gone = (exchange: HeardExchange) => this.gone(exchange, takesBoth(request));
    return new HeardExchange(request, response, gone, () => this.listener.failed());
  }

  /** A status of 2xx. Before one, all clients may be rejected, and the server may not exist yet. */
  private gone(exchange: HeardExchange, isStreamable: boolean): void {
    if (this.hearing !== undefined || !this.kept.has(exchange)) return;
    const { status = 0 } = exchange;
    if (status >= 200 && status < 300 && !(status === 202 && isStreamable))
      this.listener.answered(isStreamable);
    if (this.hearing === undefined) this.kept.delete(exchange);
  }
}
