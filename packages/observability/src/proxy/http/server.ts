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
import {
  ANY_NUMBER,
  type Certificates,
  MAX_HEADER_BYTES,
  Upstream,
  type UpstreamOptions,
} from './upstream.js';

export interface HttpProxyOptions {
  readonly upstream: UpstreamOptions;
  readonly listen: { readonly host: string; readonly port: number };
  /** A client that connects while this many are connected is turned away. */
  readonly maxConnections: number;
  readonly tls: ProxyTls;
}

/** The certificates of both sides. Each may have none. */
export interface ProxyTls {
  /** With `ca`, clients must present a certificate that one of these authorities has signed. */
  readonly clients: Certificates;
  /** With `ca`, these authorities must have signed the certificate of the upstream. */
  readonly upstream: Certificates;
}

/** Headers may take a minute. Bodies and streams have no time limit here. */
const LIMITS = {
  headersTimeout: 60_000,
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  maxHeaderSize: MAX_HEADER_BYTES,
};

function connected(socket: Socket): void {
  // A client may send requests ahead of their answers, and each of them listens for the end of the socket.
  socket.setMaxListeners(0);
  feedServerSlowly(socket);
}

/** An HTTP server that passes requests on to another server, and reports what it saw. */
export class HttpProxy {
  private readonly server: Server;
  private readonly upstream: Upstream;
  private readonly streams = new OpenStreams();

  constructor(
    private readonly options: HttpProxyOptions,
    context: ConnectionContext,
  ) {
    const { cert, key, ca } = options.tls.clients;
    const verifying = ca && { ca, requestCert: true };
    this.upstream = new Upstream(options.upstream, options.tls.upstream);
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
    // The proxy counts its exchanges itself. A toolkit that watches this process must not count them again.
    ignoreServer(this.server);
    this.server.maxHeadersCount = ANY_NUMBER;
    this.server.maxConnections = options.maxConnections;
    this.server.on('drop', () => context.recorder.http.connectionRefused());
    this.server.on(cert && key ? 'secureConnection' : 'connection', connected);
    this.server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) =>
      handle(incoming, outgoing as never),
    );
  }

  /** @throws if it can't listen at the address */
  listen(): Promise<AddressInfo> {
    const { host, port } = this.options.listen;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, ...(host !== '' && { host }) }, () =>
        resolve(this.server.address() as AddressInfo),
      );
    });
  }

  /** Uses other certificates for new connections. Open ones go on. */
  renew({ clients: { cert, key, ca }, upstream }: ProxyTls): void {
    if (this.server instanceof https.Server && cert && key)
      this.server.setSecureContext({ cert, key, ...(ca && { ca }) });
    this.upstream.renew(upstream);
  }

  /** Ends the open streams when the proxy shuts down. They would stay open until one side disconnects. */
  leave(): Promise<void> {
    return this.streams.close();
  }
}
