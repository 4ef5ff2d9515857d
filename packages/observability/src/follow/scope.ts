import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api';
import type { RequestScope as Scope } from '../mcp/exchange.js';

/**
 * One request, as whatever runs on its behalf knows it. Never used again for another, because what a
 * handler started may go on after the answer.
 */
export class RequestScope implements Scope {
  /** The request's span, where requests are traced; it may not be recording. */
  span: Span | undefined = undefined;
  /** The context that the handler runs in, where there is one. */
  context: Context | undefined = undefined;
  /** What the handler threw. */
  exception: unknown = undefined;
  /** Whether an OpenTelemetry SDK keeps the span, so that it can be found by its ids. */
  sampled = false;

  /** When the request came, in milliseconds since 1970. */
  readonly startTime: number;

  constructor(
    readonly method: string,
    /** The tool or prompt name as the client wrote it; empty for other methods. */
    readonly name: string,
    /** By the clock of `performance`, which never jumps; metrics and log lines go by it. */
    readonly startedAt: number,
  ) {
    this.startTime = Date.now() - (performance.now() - startedAt);
  }

  /** Where to find the request's trace; also where contexts only flow through. */
  get ids(): SpanContext | undefined {
    return this.context && trace.getSpanContext(this.context);
  }

  /** An instant of that clock in milliseconds since 1970, so that a span lasts as long as its metric and line say. */
  timeOf(at: number): number {
    return this.startTime + (at - this.startedAt);
  }
}
