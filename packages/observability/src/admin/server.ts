import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connections } from './connections.js';
import type { NodeHandler } from './node.js';

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

  constructor(
    handler: NodeHandler,
    private readonly logger: WarningLogger,
  ) {
    const connections = new Connections();
    this.server = createServer(LIMITS, (request, response) => {
      connections.asked(request.socket, response);
      response.sendDate = false;
      handler(request, response);
    });
    this.server.on('connection', (socket) => {
      socket.unref();
      connections.opened(socket);
    });
    this.server.on('error', (error) => this.warn(error));
    this.server.unref();
  }

  /**
   * Starts to listen; never rejects.
   *
   * @param host undefined for all interfaces
   * @param port 0 for any free one
   * @returns the address, or undefined after a warning when it could not be had
   */
  listen(host: string | undefined, port: number): Promise<AdminAddress | undefined> {
    return new Promise((resolve) => {
      this.server.once('error', () => resolve(undefined));
      this.server.once('listening', () => resolve(this.server.address() as AddressInfo));
      try {
        // The workers of a cluster must not share a port: each scrape would be of another one.
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
      this.logger.warn({ err: error }, `admin server: ${error.message}${hint(error)}`);
    } catch {
      // A logger that fails has nobody to tell.
    }
  }
}

/** What to do about the error that operators meet. */
function hint({ code }: NodeJS.ErrnoException): string {
  if (code !== 'EADDRINUSE') return '';
  return '; there is no /metrics until PMCP_METRICS_PORT names a free port, 0 for any, or off';
}
