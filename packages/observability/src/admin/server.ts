import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ignoreServer } from '../http/endpoint.js';
import { Connections } from './connections.js';
import { isNamedWell } from './host.js';
import type { NodeHandler } from './node.js';
import { jsonResponse } from './response.js';

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

/** Where the admin server listens. */
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
  private readonly server: Server;
  /** Whom a port in use concerns; nobody, and it is a warning. */
  private onInUse: ((error: Error) => void) | undefined;

  constructor(
    handler: NodeHandler,
    private readonly logger: WarningLogger,
    /** Names beside those that no stranger can have, by which the server may be asked for over loopback. */
    allowedHosts: readonly string[] = [],
  ) {
    const connections = new Connections();
    this.server = createServer(LIMITS, (request, response) => {
      connections.asked(request.socket, response);
      response.sendDate = false;
      if (isNamedWell(request.headers.host, request.socket.localAddress, allowedHosts)) {
        handler(request, response);
      } else misdirected(response);
    });
    ignoreServer(this.server);
    this.server.on('connection', (socket) => {
      socket.unref();
      connections.opened(socket);
    });
    this.server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && this.onInUse) this.onInUse(error);
      else this.warn(error);
    });
    this.server.unref();
  }

  /**
   * Starts to listen; never rejects. It may be called again after a port was in use.
   *
   * @param host undefined for all interfaces
   * @param port 0 for any free one
   * @param onInUse told of a port in use, which is then no warning
   * @returns the address, or undefined after a warning when it could not be had
   */
  listen(
    host: string | undefined,
    port: number,
    onInUse?: (error: Error) => void,
  ): Promise<AdminAddress | undefined> {
    this.onInUse = onInUse;
    return new Promise((resolve) => {
      const failed = () => done(undefined);
      const listening = () => done(this.server.address() as AddressInfo);
      const done = (address: AdminAddress | undefined) => {
        this.server.off('error', failed).off('listening', listening);
        resolve(address);
      };
      this.server.on('error', failed).on('listening', listening);
      try {
        // A cluster would hand each scrape to another of its workers.
        this.server.listen({ port, exclusive: true, ...(host !== undefined && { host }) });
      } catch (error) {
        this.server.emit('error', error);
      }
    });
  }

  /** Stops listening and ends every connection, those with an answer under way after at most a second. Never rejects. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      // Not unref'd: whoever awaits the end of the process's work here must see it end.
      const timer = setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS);
      this.server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }

  private warn(error: Error): void {
    try {
      this.logger.warn({ err: error }, `admin server: ${error.message}`);
    } catch {
      // A logger that fails has nobody to tell.
    }
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
