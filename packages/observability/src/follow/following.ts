import { type Tracer, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { logWarning, type Warn } from '../codes/tell.js';
import { INSTRUMENTATION } from '../instrumentation.js';
import type { RequestLines } from '../logging/request-fields.js';
import { RequestLog } from '../logging/request-log.js';
import { ThrownMessages } from '../logging/thrown.js';
import type { ServerInfo } from '../mcp/server.js';
import type { Families } from '../metrics/families.js';
import { NotInstalled } from '../not-installed.js';
import type { Config } from '../options.js';
import { protocolWarnings } from '../otlp/protocol.js';
import { reasonOf, telemetryReport } from '../otlp/report.js';
import { type LastRequest, loadSdk, type PlainTracer } from '../otlp/sdk.js';
import { resourceAttributes } from '../resource.js';
import {
  hasProvider,
  type OwnProvider,
  registerPropagation,
  registerProvider,
  sharedProvider,
} from '../tracing/provider.js';
import { outlets } from '../tracing/span-exporters.js';
import { Tracing } from '../tracing/tracing.js';
import { localContexts, openTelemetryContexts } from './contexts.js';
import { Follower, type Parts } from './follower.js';

/**
 * Decides how requests are followed. It waits for the first connection: by then, the application has registered its tracer
 * provider, and the name of the server is known.
 */
export class Following {
  /** Undefined while requests are only counted. */
  follower: Follower | undefined;
  private parts: Parts = { tracing: undefined, contexts: undefined, requestLog: undefined };
  private provider: OwnProvider | undefined;
  /** Whether it is decided if and how requests are traced. */
  private isSettled: boolean;
  private isClosed = false;
  private readonly thrown = new ThrownMessages();
  /** Resolves when that is decided; undefined if there is nothing to wait for. */
  ready: Promise<void> | undefined;

  constructor(
    private readonly config: Pick<Config, 'traces' | 'log'>,
    private readonly families: Families,
    private readonly logger: Logger,
    lines: RequestLines,
  ) {
    this.isSettled = config.traces.mode === 'off';
    const { requestsPerSecond } = config.log;
    if (requestsPerSecond === 0) return;
    const { results } = config.traces.capture;
    const mayShow = (text: string) => results || this.thrown.has(text);
    const sampled = telemetryReport(families, 'logs');
    const onSampled = () => sampled.dropped('sampled', 1);
    this.followWith({ requestLog: new RequestLog(lines, requestsPerSecond, onSampled, mayShow) });
  }

  /** The request that the calling code runs for. */
  readonly current = () => this.parts.contexts?.current();

  /** A logger is used inside handlers, and needs to know the current request. */
  useContexts(): void {
    if (this.parts.contexts === undefined && this.config.log.context) {
      this.followWith({ contexts: localContexts() });
    }
  }

  /**
   * A server is about to connect. Never throws.
   * @param server asked again for each export: one behind a proxy tells its name later
   */
  connecting(server: () => ServerInfo): void {
    if (this.isSettled || this.ready !== undefined) return;
    if (this.isPossible()) this.traceByProvider();
    else if (this.needsSdk()) {
      this.ready = this.traceWithSdk(server)
        .catch((error) => this.off(error))
        .finally(() => {
          this.ready = undefined;
        });
    }
  }

  /** Sends what is queued to the collector. Never rejects. */
  async flush(): Promise<void> {
    await this.ready;
    await this.provider?.flush();
  }

  /** Returns what `flush` would send, for callers that can't wait. */
  lastRequests(): LastRequest[] {
    return this.provider?.lastRequests() ?? [];
  }

  /** Stops creating spans. */
  close(): void {
    this.isClosed = true;
    this.provider?.release();
    this.provider = undefined;
  }

  /** Whether an SDK already creates spans. */
  private isPossible(): boolean {
    return this.config.traces.mode === 'full' && hasProvider();
  }

  /** Nothing is decided while there is no place to send spans to: a provider may still be registered. */
  private needsSdk(): boolean {
    const { mode, exporters } = this.config.traces;
    return mode === 'propagation-only' || exporters.length > 0;
  }

  /** Loads the optional packages. In the meantime, the application may register a provider. */
  private async traceWithSdk(server: () => ServerInfo): Promise<void> {
    const { traces } = this.config;
    const sdk = await loadSdk();
    if (traces.mode === 'propagation-only') {
      registerPropagation(sdk, traces.propagators);
      this.traceWith(undefined);
      return;
    }
    const warn: Warn = (code, text) => logWarning(this.logger, code, text);
    if (traces.exporters.includes('otlp'))
      for (const { code, text } of protocolWarnings('traces', process.env)) warn(code, text);
    const made = await outlets(traces, telemetryReport(this.families, 'traces', warn));
    if (this.isClosed) return;
    if (hasProvider()) this.traceByProvider();
    else this.traceBy(registerProvider(sdk, traces, made, () => resourceAttributes(server())));
  }

  private traceByProvider(): void {
    this.traceBy(sharedProvider());
  }

  private off(error: unknown): void {
    this.isSettled = true;
    logWarning(this.logger, 'PMCP_W_TRACES_OFF', whyOff(error, this.config.traces.mode));
  }

  /** @param provider undefined if the provider is not ours */
  private traceBy(provider: OwnProvider | undefined): void {
    this.provider = provider;
    provider?.used();
    const { name, version, schemaUrl } = INSTRUMENTATION;
    // The shorter `trace.getTracer` drops the options.
    this.traceWith(
      trace.getTracerProvider().getTracer(name, version, { schemaUrl }),
      provider?.plain?.tracer,
    );
  }

  /** @param tracer undefined to pass contexts through without creating spans */
  private traceWith(tracer: Tracer | undefined, plain?: PlainTracer): void {
    this.isSettled = true;
    const { capture, exceptionStacks, notifications } = this.config.traces;
    const unsampled = telemetryReport(this.families, 'traces');
    const options = { ...capture, exceptionStacks, notifications };
    const tracing = new Tracing(tracer, options, () => unsampled.dropped('sampled', 1), plain);
    this.followWith({ tracing, contexts: openTelemetryContexts });
  }

  private followWith(more: Partial<Parts>): void {
    this.parts = { ...this.parts, ...more };
    this.follower = new Follower(this.parts, this.threw);
  }

  /** A handler is watched once, so this also serves the followers that come later. */
  private readonly threw = (error: unknown): void => {
    const scope = this.current();
    if (scope !== undefined) scope.exception = error;
    if (this.parts.requestLog !== undefined) this.thrown.add(error);
  };
}

function whyOff(error: unknown, mode: Config['traces']['mode']): string {
  const variable = mode === 'full' ? 'OTEL_TRACES_EXPORTER' : 'OTEL_PROPAGATORS';
  const or = error instanceof NotInstalled ? `, or set ${variable}=none` : '';
  return `traces are off: ${reasonOf(error)}${or}`;
}
