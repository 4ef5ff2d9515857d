import { randomFillSync } from 'node:crypto';
import {
  type Context,
  isSpanContextValid,
  type Span,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { type IdGenerator, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { PlainSpan, type PlainSpanOwner, type PlainStart } from './plain-span.js';

/** Random bytes are fetched for many ids at once. */
const ID_BYTES = 4_096;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const NO_LINKS: never[] = [];

/** Gives the next span that the SDK creates the ids of the one in whose place it comes. */
export class GivenIds implements IdGenerator {
  next = { traceId: '', spanId: '' };
  readonly generateTraceId = (): string => this.next.traceId;
  readonly generateSpanId = (): string => this.next.spanId;
}

/** Starts plain spans, with the decisions of the SDK's sampler. */
export class PlainTracer implements PlainSpanOwner {
  private digits = '';
  private used = 0;

  constructor(
    private readonly sampler: Sampler,
    /** Creates spans with the given ids, and keeps all of them. */
    private readonly tracer: Tracer,
    private readonly ids: GivenIds,
    private readonly onEnd: (span: PlainSpan) => void,
  ) {}

  /** Returns a span that is not recording if it is not sampled; undefined if the SDK must decide. */
  startSpan(start: PlainStart, context: Context): Span | undefined {
    if (isTracingSuppressed(context)) return undefined;
    const around = trace.getSpanContext(context);
    const parent = around !== undefined && isSpanContextValid(around) ? around : undefined;
    const spanId = this.id(SPAN_ID_DIGITS);
    const traceId = parent?.traceId ?? this.id(TRACE_ID_DIGITS);
    const { name, kind } = start;
    const { decision } = this.sampler.shouldSample(context, traceId, name, kind, {}, NO_LINKS);
    const isSampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
    const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const traceState = parent?.traceState;
    const spanContext =
      traceState === undefined
        ? { traceId, spanId, traceFlags }
        : { traceId, spanId, traceFlags, traceState };
    return isSampled
      ? new PlainSpan(this, spanContext, parent, context, start)
      : trace.wrapSpanContext(spanContext);
  }

  promoted({ context, around, start }: PlainSpan): Span {
    const { name, kind, known, own, startTime } = start;
    this.ids.next = context;
    return this.tracer.startSpan(name, { kind, attributes: { ...known, ...own }, startTime }, around);
  }

  ended(span: PlainSpan): void {
    this.onEnd(span);
  }

  private id(digits: number): string {
    if (this.used + digits > this.digits.length) {
      this.digits = randomFillSync(Buffer.allocUnsafe(ID_BYTES)).toString('hex');
      this.used = 0;
    }
    this.used += digits;
    return this.digits.slice(this.used - digits, this.used);
  }
}
