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
import { drain } from './drain.js';
import { Exports } from './exports.js';
import { Following } from './follow/following.js';
import type { HandlerOptions } from './handler-options.js';
import type { Health } from './health/health.js';
import { watchedHealth } from './health/watched.js';
import { createLogging, type Logger, type Logging } from './logging/logger.js';
import { createNumbers, type Numbers } from './numbers.js';
import { type Config, type Options, resolveOptions } from './options.js';
import { outside } from './outside.js';
import { Capture } from './profiling/capture.js';
import { Profiling } from './profiling/profiling.js';
import { Served } from './served.js';
import { type Stoppable, stop } from './shutdown.js';
import { forgetSignals, stopOnSignals } from './signals.js';
import { Watching } from './watching.js';

/** How long the last telemetry may take to reach its collector. It fits in the 30 s of Kubernetes after 25 s of drain. */
const FLUSH_MS = 3_000;

/** Composes the parts: those that watch servers, keep numbers, and show them. */
export class Observability implements Stoppable {
  readonly registry: Registry;
  readonly health: Health;
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  private readonly config: Config;
  private readonly numbers: Numbers;
  private readonly logging: Logging;
  /** The logger of the toolkit itself. */
  readonly log: PinoLogger;
  readonly exports: Exports;
  /** The identity of the observed server in telemetry. */
  readonly served = new Served(() => void this.announcement?.refresh());
  private readonly following: Following;
  /** Undefined without an audit log. */
  private readonly audit: Audit | undefined;
  readonly watching: Watching;
  /** Undefined if no folder for profiles is configured. */
  private readonly capture: Capture | undefined;
  private readonly port: AdminPort;
  private readonly announcement: Announcement | undefined;
  private listening: Promise<AdminAddress | undefined> | undefined;
  private stopped: Promise<void> | undefined;

  constructor(options?: Options) {
    this.config = resolveOptions(options);
    const { metrics, health, log } = this.config;
    this.numbers = createNumbers(this.config);
    const { families, registry, recorder } = this.numbers;
    this.registry = registry;
    const { resource } = this.served;
    const warn: Warn = (code, text) => logWarning(this.log, code, text);
    const isForeign = log.logger !== undefined;
    this.exports = new Exports(this.config, {
      families,
      registry,
      resource,
      warn,
      following: () => this.following,
      measureHealth: () => this.health.report(),
    });
    this.logging = createLogging(
      families,
      log,
      {
        request: () => this.following?.current(),
        service: () => log.service ?? this.served.serverName,
        levelsSet: (levels) => this.audit?.administered('levels', { levels }),
      },
      this.exports.lineSink,
    );
    this.log = this.logging.logger.target('pmcp');
    for (const { code, text } of this.config.warnings) warn(code, text);
    const lines = this.logging.requestLines(this.logging.logger.target('pmcp::requests'));
    const following = new Following(this.config, families, this.log, lines);
    this.following = following;
    // The application uses its own logger inside handlers, and never asks for ours.
    if (isForeign) following.useContexts();
    const { audit } = this.config;
    this.audit =
      audit &&
      createAudit(audit, families, {
        log: this.log,
        failed: () => recorder.dropped('internal_error'),
        exported: this.exports.recordSink,
      });
    this.watching = new Watching(this.config, {
      recorder,
      families,
      following,
      audit: this.audit,
      served: this.served,
      log: this.log,
      onHttp: () => void this.open(),
      onClosed: (kind) => {
        if (kind === 'stdio') this.exports.exportSoon();
      },
    });
    this.health = watchedHealth(families, health, this.log);
    const { capture } = this.config;
    const profiling = capture || metrics.access.profiling ? this.profiling() : undefined;
    if (capture && profiling) this.capture = new Capture(capture, profiling, this.log);
    this.port = new AdminPort({
      config: this.config,
      families,
      registry,
      health: this.health,
      recorder,
      log: this.log,
      profiling: metrics.access.profiling ? profiling : undefined,
      // Not awaited, since a folder on a network may be slow.
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

  /** The logger for the application. From the first use on, lines name their request. */
  get logger(): Logger {
    this.following.useContexts();
    return this.logging.logger;
  }

  observe = <Server extends object>(server: Server, options?: HandlerOptions): Server => {
    this.watching.observe(server, options);
    this.start();
    return server;
  };

  /** Resolves when it is decided how requests are traced. Never rejects. */
  async ready(): Promise<void> {
    await this.following.ready;
  }

  /** Opens the port at once if it was configured. Otherwise it opens with the first connection. */
  start(): void {
    outside(() => {
      this.heedSignals();
      this.watching.open();
      this.exports.start();
      if (this.config.metrics.portIsSet) void this.open();
    });
  }

  /** The application did not create this toolkit, and may have its own. If that one has a port, this one opens none. */
  followOwn(): void {
    this.port.follow();
  }

  /** Whoever asks has registered the tracer provider that the application wants, if it wants one. */
  listen = async (): Promise<AdminAddress | undefined> => {
    if (!this.stopped) this.watching.expecting();
    const [address] = await Promise.all([this.open(), this.ready()]);
    return address;
  };

  /** Opens the port. Never rejects. */
  open(): Promise<AdminAddress | undefined> {
    this.listening ??= outside(() => {
      this.heedSignals();
      return this.stopped ? Promise.resolve(undefined) : this.port.open();
    });
    return this.listening;
  }

  shutdown = (): Promise<void> => {
    this.stopped ??= stop(this);
    return this.stopped;
  };

  stopAccepting(): void {
    this.health.stop();
  }

  drained(): Promise<void> {
    return drain(this.numbers.recorder, this.config.shutdown.deadlineMs);
  }

  async close(): Promise<void> {
    forgetSignals(this);
    this.watching.close();
    this.announcement?.withdraw();
    if (this.audit?.isExported) this.audit.close();
    await this.exports.finish(FLUSH_MS);
    this.following.close();
    this.audit?.close();
    await this.port.close();
    this.release();
  }

  /** Releases everything that would otherwise live as long as the process. */
  private release(): void {
    this.watching.release();
    this.health.close();
    this.numbers.end();
    this.capture?.close();
    this.exports.close();
    this.logging.close();
  }

  /** Closes subscription streams as the protocol says, if a handler can do that. */
  leave(): Promise<void> {
    return this.watching.leave();
  }

  flush(): void {
    // A process that exits in a hurry comes here without closing.
    this.announcement?.withdraw();
    this.logging.flush();
  }

  /** Profiles name the request of each sample, so contexts are needed from the start. */
  private profiling(): Profiling {
    this.following.useContexts();
    const hasSnapshots = this.config.metrics.access.profiling === 'snapshots';
    return new Profiling(hasSnapshots, this.following.current, (facts) => {
      this.audit?.administered('profile', facts);
      this.log.info(facts, `a profile is taken: ${facts.profile}`);
    });
  }

  private heedSignals(): void {
    if (this.stopped) return;
    if (this.config.shutdown.onSigterm) stopOnSignals(this);
    this.capture?.start();
  }
}
