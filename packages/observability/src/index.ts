/**
 * Observability for Model Context Protocol servers. Every export here is public API.
 *
 * @packageDocumentation
 */
import type { Registry } from 'prom-client';
import type { FetchHandler } from './admin/fetch.js';
import type { NodeHandler } from './admin/node.js';
import type { AdminAddress } from './admin/server.js';
import { defaultObservability } from './default.js';
import type { HandlerOptions } from './handler-options.js';
import type { Health } from './health/health.js';
import type { Logger } from './logging/logger.js';
import { Observability as Implementation } from './observability.js';
import type { Options } from './options.js';

export type { HealthCheck } from './health/check.js';
export * as checks from './health/checks.js';
export type { HealthReport, Readiness } from './health/health.js';
export type { Options } from './options.js';
export type { AdminAddress, FetchHandler, HandlerOptions, Health, Logger, NodeHandler };

/** What `createObservability` gives; all of it works without `this`. */
export interface Observability {
  /**
   * Makes an MCP server observable: an `McpServer` or low-level `Server` of either SDK, or anything with a
   * `connect(transport)`. Cheap enough to be called for every request, and harmless when called twice.
   *
   * What `createMcpHandler` returns can be given too: then the streams that it keeps open and the requests that it
   * refuses are seen on every runtime. Observe the servers that its factory makes as well.
   *
   * @param options of a handler only: what it was made with, as far as it does not show that
   * @returns the same server
   * @throws TypeError when it is given no server, or for a bad option
   */
  readonly observe: <Server extends object>(server: Server, options?: HandlerOptions) => Server;
  /** The prom-client registry; add metrics of your own and they appear in the same scrape. */
  readonly registry: Registry;
  /** A pino logger that writes JSON lines to stderr, for stdout belongs to the protocol. */
  readonly logger: Logger;
  /** Register checks with `health.add`, ready-made ones are in `checks`. */
  readonly health: Health;
  /**
   * Opens the admin port, unless it is open: `/metrics`, `/health`, `/health/live`, `/health/ready`.
   * Needed where servers are made per request, so that probes are answered before the first one.
   *
   * @returns where it listens; undefined when there is no port to open, or after a warning when it is in use
   */
  readonly listen: () => Promise<AdminAddress | undefined>;
  /** The same routes for a port of your own: a `(request, response, next?)` handler for Node and Express. */
  readonly handler: NodeHandler;
  /** The same routes for a web-standard server: `(request) => Promise<Response>`. */
  readonly fetch: FetchHandler;
  /**
   * Shuts down gracefully: readiness fails, requests in flight finish up to `shutdown.deadlineMs` while
   * scrapes go on, then the port closes. SIGTERM and SIGINT do the same. Never rejects.
   */
  readonly shutdown: () => Promise<void>;
}

/**
 * Creates a toolkit with options of its own. Most servers need one for the process, made at start-up.
 *
 * @throws TypeError for a bad option or environment variable; it names it, what was expected and what came
 */
export function createObservability(options?: Options): Observability {
  const implementation = new Implementation(options);
  const { registry, health, handler, fetch, observe, listen, shutdown } = implementation;
  implementation.watching.open();
  return {
    registry,
    // Asked for only by who logs, and then lines must know their request.
    get logger() {
      return implementation.logger;
    },
    health,
    handler,
    fetch,
    observe,
    listen,
    shutdown,
  };
}

/**
 * Makes an MCP server observable, with defaults from the environment: see `Observability.observe`.
 *
 * @throws TypeError when it is given no server, or for a bad environment variable at the first call
 */
export function observe<Server extends object>(server: Server, options?: HandlerOptions): Server {
  return defaultObservability().observe(server, options);
}
