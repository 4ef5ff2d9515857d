import { setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger as PinoLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { FetchHandler } from './admin/fetch.js';
import type { NodeHandler } from './admin/node.js';
import type { AdminAddress } from './admin/server.js';
import { AdminPort } from './admin-port.js';
import { Announcement } from './announce/announcement.js';
import type { Audit } from './audit/audit.js';
import { createAudit } from './audit/create.js';
import { logWarning, type Warn } from './codes/tell.js';
import { drain, within } from './drain.js';
import { unexpected } from './expect.js';
import { Following } from './follow/following.js';
import { HttpReport } from './follow/http-report.js';
import { startAfter } from './follow/start-after.js';
import { type HandlerOptions, maxSubscriptionsOf } from './handler-options.js';
import { disk, eventLoop, memory } from './health/checks.js';
import { Health } from './health/health.js';
import type { CheckResult } from './health/probe.js';
import { Endpoint } from './http/endpoint.js';
import { isMcpHandler, type McpHandler, markHandler } from './http/handler.js';
import { createLogging, type Logger, type Logging } from './logging/logger.js';
import { OtlpLines } from './logging/otlp.js';
import type { ConnectionContext } from './mcp/context.js';
import { ExchangedSessions } from './mcp/exchanged-sessions.js';
import { ToolFingerprint } from './mcp/fingerprint.js';
import type { Unwatchable } from './mcp/intercept.js';
import { LongCallReport } from './mcp/long-call-report.js';
import { LongCalls } from './mcp/long-calls.js';
import { isConnectable, type ServerInfo, serverInfo, watchServer } from './mcp/server.js';
import { IdleSessions } from './mcp/sessions.js';
import { watchTransport } from './mcp/transport.js';
import { type Transport, type TransportKind, transportKind } from './mcp/transport-kind.js';
import { createFamilies } from './metrics/families.js';
import { Recorder } from './metrics/recorder.js';
import { registerFamilies } from './metrics/registry.js';
import { registerRuntimeMetrics } from './metrics/runtime.js';
import { SemconvMetrics } from './metrics/semconv.js';
import { type Config, type Options, resolveOptions } from './options.js';
import { MetricPush } from './otlp/metrics.js';
import { telemetryReport } from './otlp/report.js';
import { type LastRequest, loadedSdk } from './otlp/sdk.js';
import { processWide } from './process-wide.js';
import { Capture } from './profiling/capture.js';
import { Profiling } from './profiling/profiling.js';
import { resourceAttributes } from './resource.js';
import { exportBeforeExit, forgetExport, LAST_EXPORT_MS, type Stoppable, stop } from './shutdown.js';
import { forgetSignals, stopOnSignals } from './signals.js';

/** What the last telemetry gets to reach its collector; within the 30 s that Kubernetes waits after 25 s of drain. */
const FLUSH_MS = 3_000;
/** What the last words to clients that only listen may take. */
const LEAVE_MS = 200;
/** Until what a client has left behind is exported. */
const EXPORT_SOON_MS = 100;

/** What all toolkits of a process share. */
const found = processWide('found', () => ({ any: false }));

/** Composes the parts: what watches the servers, what keeps the numbers, and what shows them. */
export class Observability implements Stoppable {
  readonly registry: Registry;
  readonly health: Health;
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  private readonly config: Config;
  private readonly recorder: Recorder;
  readonly connections: ConnectionContext;
  private readonly logging: Logging;
  /** The toolkit's own. */
  readonly log: PinoLogger;
  private readonly lines: OtlpLines | undefined;
  private readonly push: MetricPush | undefined;
  /** Of a transport that can't be watched. */
  private hasWarned = false;
  /** The first server that connected; telemetry bears its name. */
  private server: ServerInfo | undefined;
  private readonly following: Following;
  /** Undefined where nobody keeps an audit log. */
  private readonly audit: Audit | undefined;
  private readonly endpoint: Endpoint;
  /** They are few: a process makes its handlers when it starts. */
  private readonly handlers = new Set<McpHandler>();
  /** Undefined where no folder is given for profiles. */
  private readonly capture: Capture | undefined;
  private readonly port: AdminPort;
  private readonly announcement: Announcement | undefined;
  /** How many are going on. */
  private exports = 0;
  private listening: Promise<AdminAddress | undefined> | undefined;
  private stopped: Promise<void> | undefined;
  private readonly endMonitors: () => void = () => {};

  constructor(options?: Options) {
    this.config = resolveOptions(options);
    const { metrics, connections, health, log } = this.config;
    const families = createFamilies(metrics.histograms);
    this.registry = metrics.registry;
    registerFamilies(Object.values(families), this.registry);
    if (metrics.runtime) this.endMonitors = registerRuntimeMetrics(this.registry);
    const limits = { names: metrics.maxNames, clients: metrics.maxClients };
    this.recorder = new Recorder(families, limits, metrics.semconv ? this.semconv() : undefined);
    const { connectionsLimit } = families;
    if (connections.limit !== undefined) connectionsLimit.set(connectionsLimit.slot(), connections.limit);
    const resource = () => resourceAttributes(this.server ?? {});
    const warn: Warn = (code, text) => logWarning(this.log, code, text);
    const isForeign = log.logger !== undefined;
    this.lines = log.otlp
      ? new OtlpLines(resource, telemetryReport(families, 'logs', warn), isForeign)
      : undefined;
    if (metrics.push) {
      const report = telemetryReport(families, 'metrics', warn);
      this.push = new MetricPush(this.registry, resource, report, metrics.push, () => this.health.report());
    }
    this.logging = createLogging(
      families,
      log,
      {
        request: () => this.following?.current(),
        service: () => log.service ?? nameOf(this.server),
        levelsSet: (levels) => this.audit?.administered('levels', { levels }),
      },
      this.lines && ((line) => this.lines?.write(line)),
    );
    this.log = this.logging.logger.target('pmcp');
    for (const { code, text } of this.config.warnings) warn(code, text);
    const requests = this.logging.logger.target('pmcp::requests');
    const following = new Following(this.config, families, this.log, requests);
    this.following = following;
    // The application logs with it inside handlers, and never asks for ours.
    if (isForeign) following.useContexts();
    const { audit } = this.config;
    this.audit =
      audit && createAudit(audit, families, this.log, () => this.recorder.dropped('internal_error'));
    const sessions = new IdleSessions(connections.idleTimeoutMs);
    const exchanged = new ExchangedSessions(this.recorder, sessions);
    const report = new HttpReport(this.recorder, exchanged, () => following.follower, this.audit);
    this.endpoint = new Endpoint(report, this.config.http.paths);
    this.connections = {
      recorder: this.recorder,
      endpoint: this.endpoint,
      sessions,
      exchanged,
      fingerprint: new ToolFingerprint(families),
      longCalls: new LongCalls(new LongCallReport(this.recorder, () => following.follower)),
      audit: this.audit,
      get follower() {
        return following.follower;
      },
      onUnwatchable: (reason) => this.unwatchable(reason),
      onClosed: (kind) => this.connectionClosed(kind),
    };
    this.health = new Health(families, {
      cacheMs: health.cacheMs,
      onChange: (result) => this.healthChanged(result),
    });
    for (const check of [disk(), memory(), eventLoop(), ...health.checks]) this.health.add(check);
    const { capture } = this.config;
    const profiling = capture || metrics.access.profiling ? this.profiling() : undefined;
    if (capture && profiling) this.capture = new Capture(capture, profiling, this.log);
    this.port = new AdminPort({
      config: this.config,
      families,
      registry: this.registry,
      health: this.health,
      recorder: this.recorder,
      log: this.log,
      profiling: metrics.access.profiling ? profiling : undefined,
      // Not awaited: a folder on a network may take its time.
      onListening: (address) => void this.announcement?.publish(address),
      onMoved: () => this.announcement?.moved(),
    });
    this.handler = this.port.handler;
    this.fetch = this.port.fetch;
    if (metrics.announceDir !== undefined) {
      const service = () => resource()['service.name'] ?? '';
      this.announcement = new Announcement(metrics.announceDir, service, this.log);
    }
  }

  /** For the application: from now on lines know the request that they are written for. */
  get logger(): Logger {
    this.following.useContexts();
    return this.logging.logger;
  }

  observe = <Server extends object>(server: Server, options?: HandlerOptions): Server => {
    const maxSubscriptions = maxSubscriptionsOf(options);
    if (isMcpHandler(server)) this.attachHandler(server, maxSubscriptions);
    else if (!isConnectable(server))
      throw unexpected(
        'server',
        'an MCP server with a connect method, or what createMcpHandler returns',
        server,
      );
    else if (watchServer(server, (transport) => this.attach(server, transport))) this.seen(server);
    this.start();
    return server;
  };

  /**
   * Watches what a handler serves from now on. Never throws.
   *
   * @param maxSubscriptions as in its options; undefined where they are not known
   */
  attachHandler(handler: McpHandler, maxSubscriptions?: number): void {
    found.any = true;
    try {
      if (markHandler(handler)) {
        this.endpoint.watchHandler(handler, maxSubscriptions);
        this.handlers.add(handler);
      }
      void this.listen();
    } catch {
      this.recorder.dropped('internal_error');
    }
  }

  /** Whether there is a server, or a handler that makes some, that this toolkit or another one of the process observes. */
  get isSeen(): boolean {
    return found.any;
  }

  /** Tells of a server before it has a client: what a scrape joins with shall be there from the start. Never throws. */
  private seen(server: object): void {
    try {
      this.recorder.serverSeen(serverInfo(server));
    } catch {
      this.recorder.dropped('internal_error');
    }
  }

  /** A server is about to have connections, and telemetry bears the name of the first. */
  connecting(info: ServerInfo): void {
    if (!this.server) {
      this.server = info;
      void this.announcement?.refresh();
    }
    this.following.connecting(() => this.server ?? info);
  }

  /** A server that is somewhere else has said who it is. */
  introduced(info: ServerInfo): void {
    if (nameOf(info) === undefined || nameOf(this.server) !== undefined) return;
    this.server = info;
    void this.announcement?.refresh();
  }

  /** Resolves when it is decided how requests are traced. Never rejects. */
  async ready(): Promise<void> {
    await this.following.ready;
  }

  /** Watches a transport that a server is about to connect to. Never throws. */
  attach(server: object, transport: Transport): void {
    found.any = true;
    try {
      const info = serverInfo(server);
      this.connecting(info);
      if (this.following.ready) startAfter(this.following.ready, transport);
      const isOurs = watchTransport(transport, this.connections, server);
      this.recorder.serverSeen(info);
      if (isOurs && transportKind(transport) !== 'stdio') void this.listen();
    } catch {
      this.recorder.dropped('internal_error');
    }
  }

  /**
   * A stdio server has had its one client, and its process is killed if it does not end by itself. If that does, the timer
   * does not keep it: what is queued is sent in another way.
   */
  private connectionClosed(kind: TransportKind): void {
    if (kind !== 'stdio') return;
    setTimeout(() => {
      if (!this.stopped && this.exports === 0) void this.export();
    }, EXPORT_SOON_MS).unref();
  }

  /** Its messages are in no signal, and whoever reads those must know. One line: there may be a transport a request. */
  private unwatchable({ target, message }: Unwatchable): void {
    this.recorder.dropped('unwatched_transport');
    if (this.hasWarned) return;
    this.hasWarned = true;
    logWarning(
      this.log,
      'PMCP_W_TRANSPORT_UNWATCHED',
      `a transport of class ${classOf(target)} is not watched, and its requests are in no metric, trace or log line: ${message}. ` +
        'Let the properties of the transport be replaced (do not freeze or seal it), or put "pmcp-observability proxy" before the server',
    );
  }

  /** From now on HTTP exchanges are seen, also those that are refused before there is a server to observe. */
  watchHttp(): void {
    this.endpoint.open();
  }

  /** Opens the port at once if somebody asked for one; if not, that waits for the first connection. */
  start(): void {
    this.heedSignals();
    this.watchHttp();
    exportBeforeExit(this);
    this.push?.start();
    this.lines?.start();
    if (this.config.metrics.portIsSet) void this.listen();
  }

  /** The application did not make this toolkit, and may have one of its own: where that has its port, this one has none. */
  followOwn(): void {
    this.port.follow();
  }

  listen = (): Promise<AdminAddress | undefined> => {
    this.heedSignals();
    this.listening ??= this.stopped ? Promise.resolve(undefined) : this.port.open();
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
    forgetSignals(this);
    this.endpoint.close();
    this.connections.longCalls.close();
    this.announcement?.withdraw();
    this.push?.stop();
    await within(FLUSH_MS, this.export(FLUSH_MS));
    this.following.close();
    this.audit?.close();
    await this.port.close();
    this.release();
  }

  /** Lets go of all that would stay for as long as the process does. */
  private release(): void {
    forgetExport(this);
    this.connections.sessions.close();
    this.connections.exchanged?.close();
    this.health.close();
    this.endMonitors();
    this.capture?.close();
    this.push?.close();
    this.lines?.close();
    this.logging.close();
  }

  /**
   * Brings what is queued to the collector. Never rejects.
   *
   * @param ms how long it may take, of which the metrics get at least a half
   */
  async export(ms = LAST_EXPORT_MS): Promise<void> {
    this.exports++;
    const others = Promise.all([this.following.flush(), this.lines?.flush()]);
    if (this.push) {
      // Last, so that it tells of the others.
      await within(ms / 2, others);
      await this.push.push();
    }
    await others;
    this.exports--;
  }

  /** What `export` would send, for who can't wait. */
  lastRequests(): LastRequest[] {
    const others = [...this.following.lastRequests(), ...(this.lines?.lastRequests() ?? [])];
    return [...others, ...(this.push?.lastRequests() ?? [])];
  }

  sendAndWait(requests: readonly LastRequest[], ms: number): void {
    loadedSdk()?.sendAndWait(requests, ms);
  }

  /** The streams of clients that wait for announcements end as the protocol has it, where a handler can do that. */
  async leave(): Promise<void> {
    if (this.handlers.size > 0) await within(LEAVE_MS, closed(this.handlers));
  }

  flush(): void {
    // Whoever is in a hurry comes here without a close.
    this.announcement?.withdraw();
    this.logging.flush();
  }

  /** Samples bear the request that they ran for, so that contexts have to flow from the start. */
  private profiling(): Profiling {
    this.following.useContexts();
    const hasSnapshots = this.config.metrics.access.profiling === 'snapshots';
    return new Profiling(hasSnapshots, this.following.current, (facts) => {
      this.audit?.administered('profile', facts);
      this.log.info(facts, `a profile is taken: ${facts.profile}`);
    });
  }

  private semconv(): SemconvMetrics {
    const metrics = new SemconvMetrics(this.config.metrics.histograms);
    registerFamilies([metrics.operation, metrics.session], this.registry);
    return metrics;
  }

  private heedSignals(): void {
    if (this.stopped) return;
    if (this.config.shutdown.onSigterm) stopOnSignals(this);
    this.capture?.start();
  }

  /** Where operators read, for the health routes tell strangers how a check ended and no more. */
  private healthChanged({ name: check, status, reason, message }: CheckResult): void {
    if (status === 'ok') this.log.info({ check }, `health check ${check} passes again`);
    else
      logWarning(this.log, 'PMCP_W_HEALTH_CHECK_FAILED', `health check ${check} failed: ${message}`, {
        check,
        reason,
      });
  }
}

async function closed(handlers: Iterable<McpHandler>): Promise<void> {
  await Promise.allSettled([...handlers].map(async (handler) => handler.close()));
  // What was written has yet to leave through its socket.
  await delay(LEAVE_MS / 2);
}

function classOf(target: object): string {
  const { name } = (target.constructor ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : 'unknown';
}

function nameOf(server: ServerInfo | undefined): string | undefined {
  return typeof server?.name === 'string' ? server.name : undefined;
}
