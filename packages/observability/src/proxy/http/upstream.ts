import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { feedSlowly } from '../../http/feed.js';
import { hearLastWords } from './early-answer.js';
import { type Additions, type Forwarded, upstreamHeaders } from './headers.js';

/** Where the upstream is, how to talk to it, and how long it may take. */
export interface UpstreamOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  /** How long a client may pause within a body. */
  readonly bodyTimeoutMs: number;
  /** Whether to tell who sent a request, in Forwarded and in X-Forwarded-For, -Proto and -Host. */
  readonly forwarded: Forwarded;
  /** Whether the trace context is also added to `params._meta`. */
  readonly injectMeta: boolean;
}

export interface Certificates {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** Heads may contain long tokens and many headers. Node would silently drop headers beyond a maximum number. */
export const MAX_HEADER_BYTES = 65_536;
export const ANY_NUMBER = 0;

/** Less than the 5 s after which Node's servers, and many others, close an idle connection. */
const IDLE_MS = 4_000;
/** Enough for bursts. More idle connections only take memory. */
const MAX_IDLE = 256;

/**
 * Prepares every connection to the upstream: answers are parsed a little at a time, and up to the last byte.
 *
 * Between two requests, a connection of Node's pool has no listeners for a moment. If it broke just then, the
 * process would end, so a listener is added here that ignores errors. Requests have their own listeners.
 */
function fed<A extends http.Agent>(agent: A): A {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (socket) {
      feedSlowly(socket as Socket, true);
      hearLastWords(socket as Socket);
      (socket as Socket).on('error', ignore);
    }
    return socket;
  };
  return agent;
}

function ignore(): void {}

/** Returns where the server of a URL listens. */
export function addressOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}

function pool(url: URL, { ca, cert, key }: Certificates): http.Agent {
  const kept = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MAX_IDLE };
  if (url.protocol !== 'https:') return fed(new http.Agent(kept));
  // The Host header is the client's, but the certificate has to be for the upstream's host.
  const servername = /^[\d.]+$|:/.test(url.hostname) ? {} : { servername: url.hostname };
  const tls = { ...servername, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return fed(new https.Agent({ ...kept, ...tls }));
}

/** The server behind the proxy, and the connections to it. */
export class Upstream {
  private readonly client: typeof http | typeof https;
  private agent: http.Agent;
  private readonly address: { readonly host: string; readonly port: number };

  constructor(
    readonly options: UpstreamOptions,
    certificates: Certificates = {},
  ) {
    const { url } = options;
    this.address = addressOf(url);
    this.client = url.protocol === 'https:' ? https : http;
    this.agent = pool(url, certificates);
  }

  /** Uses other certificates for new connections. Those before end as soon as they are idle. */
  renew(certificates: Certificates): void {
    const { freeSockets } = this.agent;
    this.agent = pool(this.options.url, certificates);
    for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy();
  }

  request(incoming: IncomingMessage, additions?: Additions): ClientRequest {
    const { url, forwarded } = this.options;
    const request = this.client.request({
      agent: this.agent,
      ...this.address,
      method: incoming.method,
      path: incoming.url,
      headers: upstreamHeaders(incoming, url.host, forwarded, additions),
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    request.maxHeadersCount = ANY_NUMBER;
    return request;
  }
}
