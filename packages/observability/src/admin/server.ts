import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import type { WarningCode } from '../codes/codes.js';
import { logWarning } from '../codes/tell.js';
import { Ahead } from '../http/ahead.js';
import { ignoreServer } from '../http/endpoint.js';
import { feedServerSlowly } from '../http/feed.js';
import type { Access } from './access/access.js';
import type { TlsPolicy } from './access/policy.js';
import { Connections } from './connections.js';
import { isNamedWell } from './host.js';
import type { NodeHandler } from './node.js';
import { jsonResponse } from './response.js';
import { createSecureServer } from './secure-server.js';

/** Milliseconds that answers in progress may still take at close. Then their connections are closed. */
const CLOSE_GRACE_MS = 1_000;

/** Limits in milliseconds and bytes: many times what a scrape or a probe needs. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 8_192,
};

/**
 * Where the admin server listens.
 *
 * @example
 * ```ts
 * import { type AdminAddress, createObservability } from '@pmcp/observability';
 *
 * const address: AdminAddress | undefined = await createObservability({ metrics: { port: 0 } }).listen();
 * console.error(`metrics on port ${address?.port}`);
 * ```
 */
export type AdminAddress = AddressInfo;

/** What the server warns through; a pino logger is one. */
export interface WarningLogger {
  warn(details: object, message: string): void;
}

/**
 * The HTTP server for operators. It never keeps the process alive, and its errors are at most warnings.
 */
export class AdminServer {
  private readonly connections = new Connections();
  private readonly ahead = new Ahead();
  /** Created when it first listens, since only then it is known whether it uses TLS. */
  private server: Server | undefined;
  /** Called if the port is in use; undefined to warn instead. */
  private onInUse: ((error: Error) => void) | undefined;
  /** The access rules from the files. */
  private warning: string | undefined;
  private isClosed = false;

  constructor(
    private readonly handler: NodeHandler,
    private readonly logger: WarningLogger,
    /** Further names that requests over loopback may use in their `Host`. */
    private readonly allowedHosts: readonly string[] = [],
    private readonly access?: Access,
  ) {}

  /**
   * Starts to listen. Never rejects. It may be called again after the port was in use.
   *
   * @param host undefined for all interfaces
   * @param port 0 for any free port
   * @param onInUse called instead of a warning if the port is in use
   * @returns the address, or undefined after a warning if it could not listen
   */
  async listen(
    host: string | undefined,
    port: number,
    onInUse?: (error: Error) => void,
  ): Promise<AdminAddress | undefined> {
    this.onInUse = onInUse;
    const server = await this.prepared();
    if (server === undefined || this.isClosed) return undefined;
    return new Promise((resolve) => {
      const failed = () => done(undefined);
      const listening = () => done(server.address() as AddressInfo);
      const done = (address: AdminAddress | undefined) => {
        server.off('error', failed).off('listening', listening);
        resolve(address);
      };
      server.on('error', failed).on('listening', listening);
      try {
        // Otherwise a cluster would give each scrape to another worker.
        server.listen({ port, exclusive: true, ...(host !== undefined && { host }) });
      } catch (error) {
        server.emit('error', error);
      }
    });
  }

  /** Whether it does not listen because the access rules can't be read. It may be told to listen again. */
  get isUnprepared(): boolean {
    return this.server === undefined && this.warning !== undefined;
  }

  /** Stops listening and closes every connection. Connections with an answer in progress close after at most a second. Never rejects. */
  close(): Promise<void> {
    this.isClosed = true;
    const { server } = this;
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      // Not unref'd, since a caller that awaits the end must see it.
      const timer = setTimeout(() => this.connections.endAll(), CLOSE_GRACE_MS);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  }

  /** @returns undefined after a warning if its access rules can't be read: then it stays closed, not open to everybody */
  private async prepared(): Promise<Server | undefined> {
    try {
      const policy = await this.access?.policy();
      this.server ??= this.create(policy?.tls);
      return this.server;
    } catch (error) {
      const { message } = error as Error;
      if (this.warning !== message)
        this.warn(
          'PMCP_W_ACCESS_UNREADABLE',
          new Error(`the port stays closed, for who may ask can't be read: ${message}`),
        );
      this.warning = message;
      return undefined;
    }
  }

  private create(tls: TlsPolicy | undefined): Server {
    const { access, connections } = this;
    const listener: RequestListener = (request, response) => this.asked(request, response);
    const server =
      tls && access ? createSecureServer(tls, access, LIMITS, listener) : createServer(LIMITS, listener);
    ignoreServer(server);
    server.prependListener('connection', (socket: Socket) => {
      socket.unref();
      connections.opened(socket);
    });
    server.on(tls ? 'secureConnection' : 'connection', feedServerSlowly);
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && this.onInUse) this.onInUse(error);
      else this.warn('PMCP_W_ADMIN_SERVER', error);
    });
    return server.unref();
  }

  private asked(request: IncomingMessage, response: ServerResponse): void {
    if (!this.ahead.admits(request, response)) return;
    this.connections.asked(request.socket, response);
    response.sendDate = false;
    if (isNamedWell(request.headers.host, request.socket.localAddress, this.allowedHosts)) {
      this.handler(request, response);
    } else misdirected(response);
  }

  private warn(code: WarningCode, error: Error): void {
    logWarning(this.logger, code, `admin server: ${error.message}`, { err: error });
  }
}

function misdirected(response: ServerResponse): void {
  const { status, headers, body } = jsonResponse(
    421,
    { error: 'this server has another name; PMCP_METRICS_ALLOWED_HOSTS tells it more of them' },
    { secure: false },
  );
  response.writeHead(status, headers).end(body);
}
