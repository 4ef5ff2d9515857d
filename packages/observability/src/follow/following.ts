import { trace } from '@opentelemetry/api';
import type { Logger } from '../logging/logger.js';
import { RequestLog } from '../logging/request-log.js';
import type { ServerInfo } from '../mcp/server.js';
import type { Families } from '../metrics/families.js';
import type { Config } from '../options.js';
import { telemetryReport } from '../otlp/report.js';
import { resourceAttributes } from '../resource.js';
import { registerPropagation } from '../tracing/propagators.js';
import { hasProvider, type OwnProvider, registerProvider } from '../tracing/provider.js';
import { Tracing } from '../tracing/tracing.js';
import { type Contexts, localContexts, openTelemetryContexts } from './contexts.js';
import { Follower } from './follower.js';

const TRACER = '@pmcp/observability';

/**
 * Decides what follows requests. That waits for the first connection: by then the application has registered the
 * tracer provider that it wants, and its server tells its name.
 */
export class Following {
  follower: Follower | undefined;
  private contexts: Contexts | undefined;
  private tracing: Tracing | undefined;
  private provider: OwnProvider | undefined;
  private readonly requestLog: RequestLog | undefined;
  private isSettled = false;

  constructor(
    private readonly config: Pick<Config, 'traces' | 'log'>,
    private readonly families: Families,
    private readonly logger: Logger,
  ) {
    const { requestsPerSecond } = config.log;
    const sampled = telemetryReport(families, 'logs');
    if (requestsPerSecond > 0) {
      this.requestLog = new RequestLog(logger, requestsPerSecond, () => sampled.dropped('sampled', 1));
    }
    this.follow();
  }

  /** The request on whose behalf the caller runs. */
  readonly current = () => this.contexts?.current();

  /** Somebody logs inside handlers, and shall find there which request it is for. */
  useContexts(): void {
    if (this.contexts !== undefined || !this.config.log.context) return;
    this.contexts = localContexts();
    this.follow();
  }

  /** A server is about to connect. Never throws. */
  connecting(server: ServerInfo): void {
    const { mode, exporter } = this.config.traces;
    if (this.isSettled || mode === 'off') return;
    try {
      if (mode === 'propagation-only') this.propagate();
      else if (hasProvider()) this.trace();
      else if (exporter !== 'none') this.export(server);
    } catch (error) {
      this.isSettled = true;
      this.logger.warn({ err: error }, HOW_TO_INSTALL);
    }
  }

  /** Brings what is queued to the collector. Never rejects. */
  async flush(): Promise<void> {
    await this.provider?.flush();
  }

  private propagate(): void {
    registerPropagation();
    this.tracingWith(undefined);
  }

  private export(server: ServerInfo): void {
    const report = telemetryReport(this.families, 'traces');
    this.provider = registerProvider(this.config.traces, resourceAttributes(server), report);
    this.trace();
  }

  private trace(): void {
    this.tracingWith(trace.getTracer(TRACER));
  }

  private tracingWith(tracer: ReturnType<typeof trace.getTracer> | undefined): void {
    this.isSettled = true;
    const { capture, exceptionStacks } = this.config.traces;
    const unsampled = telemetryReport(this.families, 'traces');
    const options = { ...capture, exceptionStacks, redact: (value: object) => value };
    this.tracing = new Tracing(tracer, options, () => unsampled.dropped('sampled', 1));
    this.contexts = openTelemetryContexts;
    this.follow();
  }

  private follow(): void {
    const { tracing, contexts, requestLog } = this;
    if (tracing || contexts || requestLog) this.follower = new Follower({ tracing, contexts, requestLog });
  }
}

const HOW_TO_INSTALL =
  'traces are off: expected the OpenTelemetry packages that are optional dependencies of @pmcp/observability, ' +
  'and they could not be loaded; install without --omit=optional, or set OTEL_TRACES_EXPORTER=none';
