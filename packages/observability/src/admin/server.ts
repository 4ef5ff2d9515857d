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

/** Milliseconds that answers under way get at close before their connections are cut. */
const CLOSE_GRACE_MS = 1_000;

/** Milliseconds and bytes: what a scrape or a probe needs, many times over, and no more. */
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
 * The HTTP server for operators. It never keeps the process alive, and whatever befalls it is at most
 * a warning.
 */
export class AdminServer {
  private readonly connections = new Connections();
  private readonly ahead = new Ahead();
  /** Made when it is first to listen: only then is it known whether it speaks TLS. */
  private server: Server | undefined;
  /** Whom a port in use concerns; nobody, and it is a warning. */
  private onInUse: ((error: Error) => void) | undefined;
  /** Of the files that say who may ask. */
  private warning: string | undefined;
  private isClosed = false;

  constructor(
    private readonly handler: NodeHandler,
    private readonly logger: WarningLogger,
    /** Names beside those that no stranger can have, by which the server may be asked for over loopback. */
    private readonly allowedHosts: readonly string[] = [],
    private readonly access?: Access,
  ) {}

  /**
   * Starts to listen; never rejects. It may be called again after a port was in use.
   *
   * @param host undefined for all interfaces
   * @param port 0 for any free one
   * @param onInUse told of a port in use, which is then no warning
   * @returns the address, or undefined after a warning when it could not be had
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
        // A cluster would hand each scrape to another of its workers.
        server.listen({ port, exclusive: true, ...(host !== undefined && { host }) });
      } catch (error) {
        server.emit('error', error);
      }
    });
  }

  /** Whether it does not listen because it can't be told yet who may ask; it may be told to listen again. */
  get isUnprepared(): boolean {
    return this.server === undefined && this.warning !== undefined;
  }

  /** Stops listening and ends every connection, those with an answer under way after at most a second. Never rejects. */
  close(): Promise<void> {
    this.isClosed = true;
    const { server } = this;
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      // Not unref'd: whoever awaits the end of the process's work here must see it end.
      const timer = setTimeout(() => this.connections.endAll(), CLOSE_GRACE_MS);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  }

  /** @returns undefined after a warning, when what is to guard it can't be read: it is closed rather than open to all */
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
