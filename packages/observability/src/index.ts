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

/**
 * What `createObservability` returns. All members work without `this`.
 *
 * @example
 * ```ts
 * import { createObservability, type Observability } from '@pmcp/observability';
 *
 * const observability: Observability = createObservability();
 * ```
 */
export interface Observability {
  /**
   * Makes an MCP server observable: an `McpServer` or low-level `Server` of either SDK, or anything with a
   * `connect(transport)`. You can call it for every request, because it is cheap, and twice for one server.
   *
   * You can also give it the result of `createMcpHandler`. Then it sees the streams that the handler keeps open and the
   * requests that it refuses, on every runtime. Observe the servers that its factory makes as well.
   *
   * @param options only for a handler: how it was created, as far as the handler does not show it
   * @returns the same server
   * @throws TypeError if it gets no server, or for a bad option
   */
  readonly observe: <Server extends object>(server: Server, options?: HandlerOptions) => Server;
  /** The prom-client registry. Add your own metrics, and they appear in the same scrape. */
  readonly registry: Registry;
  /** A pino logger that writes JSON lines to stderr, because stdout belongs to the protocol. */
  readonly logger: Logger;
  /** Your health checks: add one with `health.add`. `checks` has ready-made ones. */
  readonly health: Health;
  /**
   * Opens the admin port, unless it is open: `/metrics`, `/health`, `/health/live`, `/health/ready`. It also decides how
   * requests are traced, so that spans of yours around the first one are not lost: register a tracer provider of your own
   * before.
   * Call it if your server creates a server per request. Then probes get an answer before the first request.
   *
   * @returns where it listens; undefined if there is no port to open, or, after a warning, if the port is in use
   */
  readonly listen: () => Promise<AdminAddress | undefined>;
  /** The same routes for a port of yours: a `(request, response, next?)` handler for Node and Express. */
  readonly handler: NodeHandler;
  /** The same routes for a web-standard server: `(request) => Promise<Response>`. */
  readonly fetch: FetchHandler;
  /**
   * Shuts down gracefully. Readiness fails at once. Requests in flight finish, for up to `shutdown.deadlineMs`, and scrapes
   * still work. Then the port closes. SIGTERM, SIGINT and SIGHUP do the same. It never rejects.
   */
  readonly shutdown: () => Promise<void>;
}

/**
 * Creates a toolkit with your options. Most servers create one per process, at start.
 *
 * @throws TypeError for a bad option or environment variable. It names the option, what was expected and what came.
 *
 * @example
 * ```ts
 * import { McpServer } from '@modelcontextprotocol/server';
 * import { createObservability } from '@pmcp/observability';
 *
 * const { observe, logger } = createObservability({ log: { level: 'debug' } });
 * const server = observe(new McpServer({ name: 'notes', version: '1.0.0' }));
 * logger.info('ready');
 * ```
 */
export function createObservability(options?: Options): Observability {
  const implementation = new Implementation(options);
  const { registry, health, handler, fetch, observe, listen, shutdown } = implementation;
  implementation.watching.open();
  return {
    registry,
    // Only created when it is used, since lines must then know their request.
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
 * Makes an MCP server observable, with defaults and the variables of the environment. `Observability.observe` says
 * what you can give it.
 *
 * @returns the same server
 * @throws TypeError if it gets no server, or at the first call for a bad environment variable
 *
 * @example
 * ```ts
 * import { McpServer } from '@modelcontextprotocol/server';
 * import { observe } from '@pmcp/observability';
 *
 * const server = observe(new McpServer({ name: 'notes', version: '1.0.0' }));
 * ```
 */
export function observe<Server extends object>(server: Server, options?: HandlerOptions): Server {
  return defaultObservability().observe(server, options);
}
