import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api';
import type { RequestScope as Scope } from '../mcp/exchange.js';

/**
 * One request, as seen by the code that runs for it. Never reused for another request, since what a handler started may
 * continue after the answer.
 */
export class RequestScope implements Scope {
  /** The span of the request, if requests are traced. It may not be recording. */
  span: Span | undefined = undefined;
  /** The context of the handler, if there is one. */
  context: Context | undefined = undefined;
  /** What the handler threw. */
  exception: unknown = undefined;
  /** Whether an OpenTelemetry SDK records the span, so that its ids can be found. */
  sampled = false;

  /** When the request arrived, in milliseconds since 1970. */
  readonly startTime: number;

  constructor(
    readonly method: string,
    /** The name of the tool or prompt as the client wrote it. Empty for other methods. */
    readonly name: string,
    /** By the clock of `performance`, which never jumps. Metrics and log lines use it. */
    readonly startedAt: number,
  ) {
    this.startTime = Date.now() - (performance.now() - startedAt);
  }

  /** The ids of the request's trace, also if contexts are only passed through. */
  get ids(): SpanContext | undefined {
    return this.context && trace.getSpanContext(this.context);
  }

  /** Converts a time of that clock to milliseconds since 1970, so that a span has the same duration as its metric and log line. */
  timeOf(at: number): number {
    return this.startTime + (at - this.startedAt);
  }
}
