import http, {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Ahead } from '../../http/ahead.js';
import { ignoreServer } from '../../http/endpoint.js';
import { feedServerSlowly } from '../../http/feed.js';
import type { ConnectionContext } from '../../mcp/context.js';
import { HttpExchange } from './exchange.js';
import { refuse } from './failure.js';
import { forward } from './forward.js';
import { OpenStreams } from './open-streams.js';
import { refusalOf } from './refusable.js';
import { HttpConnections } from './sessions.js';
import { ANY_NUMBER, MAX_HEADER_BYTES, Upstream, type UpstreamOptions } from './upstream.js';

export interface HttpProxyOptions {
  readonly upstream: UpstreamOptions;
  readonly listen: { readonly host: string; readonly port: number };
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** Clients have to show a certificate that one of these has signed. */
  readonly clientCa?: Buffer | undefined;
}

/** Headers may take their time, bodies and streams as long as they like. */
const LIMITS = {
  headersTimeout: 60_000,
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  maxHeaderSize: MAX_HEADER_BYTES,
};

function connected(socket: Socket): void {
  // Each of the requests that a client sends ahead of their answers listens for its end.
  socket.setMaxListeners(0);
  feedServerSlowly(socket);
}

/** An HTTP server that passes every request on to another one and tells what it saw. */
export class HttpProxy {
  private readonly server: Server;
  private readonly upstream: Upstream;
  private readonly streams = new OpenStreams();

  constructor(
    private readonly options: HttpProxyOptions,
    context: ConnectionContext,
  ) {
    const { cert, key, clientCa } = options;
    const verifying = clientCa && { ca: clientCa, requestCert: true };
    this.upstream = new Upstream(options.upstream);
    const connections = new HttpConnections(context);
    const ahead = new Ahead();
    const handle: RequestListener = (incoming, outgoing) => {
      if (!ahead.admits(incoming, outgoing)) return;
      const exchange = new HttpExchange(connections, incoming);
      const refusal = refusalOf(incoming);
      if (refusal) {
        exchange.turnedAway(refusal.status);
        refuse(outgoing, refusal.status, refusal);
      } else forward(incoming, outgoing, this.upstream, exchange, this.streams);
    };
    this.server =
      cert && key
        ? https.createServer({ ...LIMITS, ...verifying, cert, key }, handle)
        : http.createServer(LIMITS, handle);
    // What passes here is counted by us, not by whoever watches the servers of this process.
    ignoreServer(this.server);
    this.server.maxHeadersCount = ANY_NUMBER;
    this.server.on(cert && key ? 'secureConnection' : 'connection', connected);
    this.server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) =>
      handle(incoming, outgoing as never),
    );
  }

  /** @throws when the address can't be had */
  listen(): Promise<AddressInfo> {
    const { host, port } = this.options.listen;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, ...(host !== '' && { host }) }, () =>
        resolve(this.server.address() as AddressInfo),
      );
    });
  }

  /** Ends the streams that would end only when somebody goes, as a server does that goes. */
  leave(): Promise<void> {
    return this.streams.close();
  }
}
