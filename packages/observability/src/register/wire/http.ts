import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ignoreServer } from '../../http/endpoint.js';
import type { HttpConnections } from '../../proxy/http/sessions.js';
import { HeardExchange } from './exchange.js';
import { isForServer, isMcp, takesBoth } from './http-candidate.js';
import type { Setting } from './tape.js';

/** Node tells of every exchange that any HTTP server of the process begins. */
const CHANNEL = 'http.server.request.start';

/** Exchanges at once that are kept until it is known whether there is a server that can't be seen. */
const MAX_KEPT = 16;
/** Those that wait for the first of them to be told. */
const MAX_EXPECTED = 200;

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

export interface HttpWireListener {
  /** Whether there is a server that is observed from within, which sees its exchanges itself. */
  isSeen(): boolean;
  /** @param isWhole whether what was answered tells all of it: with HTTP+SSE the answers are on a stream that began before */
  answered(isWhole: boolean): void;
  failed(): void;
}

/** The HTTP exchanges of this process that are with a server of MCP. */
export class HttpWire {
  private readonly kept = new Set<HeardExchange>();
  private connections: HttpConnections | undefined;
  private at: Setting = () => {};
  private isHeard = false;

  constructor(private readonly listener: HttpWireListener) {
    subscribe(CHANNEL, this.started);
  }

  /** There is a server, and all that is for it is kept until it is heard. */
  expect(connections: HttpConnections, at: Setting): void {
    this.connections = connections;
    this.at = at;
  }

  /** What is kept is told, and from now on whatever passes. */
  hear(): void {
    const { connections, at, kept } = this;
    if (connections === undefined || this.isHeard) return;
    this.isHeard = true;
    for (const exchange of kept) exchange.hear(connections, at);
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
    const { connections, listener, kept } = this;
    if (connections === undefined) {
      if (kept.size < MAX_KEPT && isMcp(request)) kept.add(this.watch(request, response));
    } else if (listener.isSeen()) this.close();
    else if (isForServer(request, connections)) {
      // Told of here, and not by whoever watches the paths of this process.
      ignoreServer(server);
      if (kept.size === MAX_EXPECTED) this.hear();
      const exchange = this.watch(request, response);
      if (this.isHeard) exchange.hear(connections, this.at);
      else kept.add(exchange);
    }
  }

  private watch(request: IncomingMessage, response: ServerResponse): HeardExchange {
    const gone = (exchange: HeardExchange) => this.gone(exchange, takesBoth(request));
    return new HeardExchange(request, response, gone, () => this.listener.failed());
  }

  /** An answer of 2xx: before one, it may be that nobody was let in to a server that is yet to come. */
  private gone(exchange: HeardExchange, isStreamable: boolean): void {
    if (this.connections !== undefined || !this.kept.has(exchange)) return;
    const { status = 0 } = exchange;
    if (status >= 200 && status < 300 && !(status === 202 && isStreamable))
      this.listener.answered(isStreamable);
    if (this.connections === undefined) this.kept.delete(exchange);
  }
}
