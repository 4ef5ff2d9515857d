import type { Registry } from 'prom-client';
import { createFetchHandler, type FetchHandler } from './admin/fetch.js';
import { createNodeHandler, type NodeHandler } from './admin/node.js';
import { createRoutes } from './admin/routes.js';
import { type AdminAddress, AdminServer } from './admin/server.js';
import { drain } from './drain.js';
import { unexpected } from './expect.js';
import { disk, eventLoop, memory } from './health/checks.js';
import { Health } from './health/health.js';
import { createLogging, type Logger, type Logging } from './logging/logger.js';
import type { ConnectionContext } from './mcp/connection.js';
import { ToolFingerprint } from './mcp/fingerprint.js';
import { isConnectable, serverInfo, watchServer } from './mcp/server.js';
import { IdleSessions } from './mcp/sessions.js';
import { watchTransport } from './mcp/transport.js';
import { type Transport, transportKind } from './mcp/transport-kind.js';
import { createFamilies, type Families } from './metrics/families.js';
import { Recorder } from './metrics/recorder.js';
import { registerFamilies } from './metrics/registry.js';
import { registerRuntimeMetrics } from './metrics/runtime.js';
import { type Config, type Options, resolveOptions } from './options.js';
import { forgetSigterm, type Stoppable, stop, stopOnSigterm } from './shutdown.js';

/** Composes the parts: what watches the servers, what keeps the numbers, and what shows them. */
export class Observability implements Stoppable {
  readonly registry: Registry;
  readonly health: Health;
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  private readonly config: Config;
  private readonly families: Families = createFamilies();
  private readonly recorder: Recorder;
  readonly connections: ConnectionContext;
  private readonly logging: Logging;
  private readonly admin: AdminServer;
  private listening: Promise<AdminAddress | undefined> | undefined;
  private stopped: Promise<void> | undefined;

  constructor(options?: Options) {
    this.config = resolveOptions(options);
    const { metrics, connections, health, log } = this.config;
    const { families } = this;
    this.registry = metrics.registry;
    registerFamilies(families, this.registry);
    if (metrics.runtime) registerRuntimeMetrics(this.registry);
    this.recorder = new Recorder(families, { names: metrics.maxNames, clients: metrics.maxClients });
    this.connections = {
      recorder: this.recorder,
      sessions: new IdleSessions(connections.idleTimeoutMs),
      fingerprint: new ToolFingerprint(families),
    };
    const { connectionsLimit } = families;
    if (connections.limit !== undefined) connectionsLimit.set(connectionsLimit.slot(), connections.limit);
    this.logging = createLogging(families, log.level);
    this.health = new Health(families, { cacheMs: health.cacheMs });
    for (const check of [disk(), memory(), eventLoop(), ...health.checks]) this.health.add(check);
    const routes = createRoutes({
      registry: this.registry,
      health: this.health,
      onFailure: (name, error) => this.routeFailed(name, error),
    });
    this.handler = createNodeHandler(routes);
    this.fetch = createFetchHandler(routes);
    this.admin = new AdminServer(this.handler, this.logger);
  }

  get logger(): Logger {
    return this.logging.logger;
  }

  observe = <Server extends object>(server: Server): Server => {
    if (!isConnectable(server)) throw unexpected('server', 'an MCP server with a connect method', server);
    watchServer(server, (transport) => this.attach(server, transport));
    this.start();
    return server;
  };

  /** Watches a transport that a server is about to connect to. Never throws. */
  attach(server: object, transport: Transport): void {
    try {
      watchTransport(transport, this.connections, server);
      this.recorder.serverSeen(serverInfo(server));
      if (transportKind(transport) !== 'stdio') void this.listen();
    } catch {
      this.recorder.dropped('internal_error');
    }
  }

  /** Opens the port at once if somebody asked for one; if not, that waits for the first connection. */
  start(): void {
    this.heedSigterm();
    if (this.config.metrics.portIsSet) void this.listen();
  }

  listen = (): Promise<AdminAddress | undefined> => {
    this.heedSigterm();
    this.listening ??= this.openPort();
    return this.listening;
  };

  shutdown = (): Promise<void> => {
    this.stopped ??= stop(this);
    return this.stopped;
  };

  stopAccepting(): void {
    this.health.stop();
  }

  drained(): Promise<void> {
    return drain(this.recorder, this.config.shutdown.deadlineMs);
  }

  async close(): Promise<void> {
    forgetSigterm(this);
    if (this.listening) await this.admin.close();
  }

  flush(): void {
    this.logging.flush();
  }

  private heedSigterm(): void {
    if (this.config.shutdown.onSigterm && !this.stopped) stopOnSigterm(this);
  }

  private async openPort(): Promise<AdminAddress | undefined> {
    const { port, host } = this.config.metrics;
    if (port === undefined || this.stopped) return undefined;
    const address = await this.admin.listen(host, port);
    if (address) {
      const { address: listeningOn, port: taken } = address;
      this.logger.info({ host: listeningOn, port: taken }, `metrics and health on port ${taken}`);
    }
    return address;
  }

  private routeFailed(name: string, error: unknown): void {
    this.recorder.dropped('collect_failed');
    this.logger.warn({ err: error }, `could not serve ${name}`);
  }
}
