import { type Tracer, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { logWarning, type Warn } from '../codes/tell.js';
import { INSTRUMENTATION } from '../instrumentation.js';
import { RequestLog } from '../logging/request-log.js';
import type { ServerInfo } from '../mcp/server.js';
import type { Families } from '../metrics/families.js';
import { NotInstalled } from '../not-installed.js';
import type { Config } from '../options.js';
import { protocolWarnings } from '../otlp/protocol.js';
import { reasonOf, telemetryReport } from '../otlp/report.js';
import { type LastRequest, loadSdk } from '../otlp/sdk.js';
import { resourceAttributes } from '../resource.js';
import { registerPropagation } from '../tracing/propagators.js';
import { hasProvider, type OwnProvider, registerProvider, sharedProvider } from '../tracing/provider.js';
import { outlets } from '../tracing/span-exporters.js';
import { Tracing } from '../tracing/tracing.js';
import { localContexts, openTelemetryContexts } from './contexts.js';
import { Follower, type Parts } from './follower.js';

/**
 * Decides what follows requests. That waits for the first connection: by then the application has registered the
 * tracer provider that it wants, and its server tells its name.
 */
export class Following {
  /** Undefined as long as requests are only counted. */
  follower: Follower | undefined;
  private parts: Parts = { tracing: undefined, contexts: undefined, requestLog: undefined };
  private provider: OwnProvider | undefined;
  /** Whether it is decided how requests are traced, or that they are not. */
  private isSettled: boolean;
  private isClosed = false;
  /** Resolves when that is decided; undefined while there is nothing to wait for. */
  ready: Promise<void> | undefined;

  constructor(
    private readonly config: Pick<Config, 'traces' | 'log'>,
    private readonly families: Families,
    private readonly logger: Logger,
    requests: Logger,
  ) {
    this.isSettled = config.traces.mode === 'off';
    const { requestsPerSecond } = config.log;
    if (requestsPerSecond === 0) return;
    const sampled = telemetryReport(families, 'logs');
    const onSampled = () => sampled.dropped('sampled', 1);
    this.followWith({ requestLog: new RequestLog(requests, requestsPerSecond, onSampled) });
  }

  /** The request on whose behalf the caller runs. */
  readonly current = () => this.parts.contexts?.current();

  /** Somebody logs inside handlers, and shall find there which request it is for. */
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

  /** Brings what is queued to the collector. Never rejects. */
  async flush(): Promise<void> {
    await this.ready;
    await this.provider?.flush();
  }

  /** What `flush` would send, for who can't wait. */
  lastRequests(): LastRequest[] {
    return this.provider?.lastRequests() ?? [];
  }

  /** Makes no spans any more. */
  close(): void {
    this.isClosed = true;
    this.provider?.release();
    this.provider = undefined;
  }

  /** Whether somebody makes spans already. */
  private isPossible(): boolean {
    return this.config.traces.mode === 'full' && hasProvider();
  }

  /** Nothing is settled while there is nowhere to bring spans to: a provider may still be registered. */
  private needsSdk(): boolean {
    const { mode, exporters } = this.config.traces;
    return mode === 'propagation-only' || exporters.length > 0;
  }

  /** Loads what is not there by default. Meanwhile the application may have registered a provider after all. */
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

  /** @param provider undefined for one that is not ours */
  private traceBy(provider: OwnProvider | undefined): void {
    this.provider = provider;
    provider?.used();
    const { name, version, schemaUrl } = INSTRUMENTATION;
    // The shorter `trace.getTracer` drops the options.
    this.traceWith(trace.getTracerProvider().getTracer(name, version, { schemaUrl }));
  }

  /** @param tracer undefined to let contexts flow and make no spans */
  private traceWith(tracer: Tracer | undefined): void {
    this.isSettled = true;
    const { capture, exceptionStacks } = this.config.traces;
    const unsampled = telemetryReport(this.families, 'traces');
    const options = { ...capture, exceptionStacks };
    const tracing = new Tracing(tracer, options, () => unsampled.dropped('sampled', 1));
    this.followWith({ tracing, contexts: openTelemetryContexts });
  }

  private followWith(more: Partial<Parts>): void {
    this.parts = { ...this.parts, ...more };
    this.follower = new Follower(this.parts);
  }
}

function whyOff(error: unknown, mode: Config['traces']['mode']): string {
  const variable = mode === 'full' ? 'OTEL_TRACES_EXPORTER' : 'OTEL_PROPAGATORS';
  const or = error instanceof NotInstalled ? `, or set ${variable}=none` : '';
  return `traces are off: ${reasonOf(error)}${or}`;
}
