import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { withScope } from '../follow/contexts.js';
import type { RequestScope } from '../follow/scope.js';
import type { LongCall } from '../mcp/long-call.js';
import type { Peer } from '../mcp/peer.js';
import type { PlainSpan, PlainTracer } from '../otlp/sdk.js';
import type { Message, MessageExtra } from '../protocol/message.js';
import { methodLabel } from '../protocol/methods.js';
import { type Ending, isErrorToConventions } from '../protocol/outcome.js';
import { redactText } from '../redact/text.js';
import * as semconv from '../semconv.js';
import { identifying, ofPeer, ofRequest } from './attributes.js';
import { type Capture, capturedRequest, capturedResult } from './capture.js';
import { MAX_MESSAGE, recordException } from './exception.js';
import { KnownAttributes } from './known.js';
import { carrying, type Parent, parentOf } from './propagation.js';

export interface TracingOptions extends Capture {
  /** Whether to record the stack of what a handler threw. */
  readonly exceptionStacks: boolean;
  /** Whether notifications have spans. */
  readonly notifications: boolean;
}

/** Creates spans for requests, according to the OpenTelemetry conventions for MCP. */
export class Tracing {
  private readonly known = new KnownAttributes();

  constructor(
    /** Undefined to pass the trace context through without creating spans. */
    private readonly tracer: Tracer | undefined,
    private readonly options: TracingOptions,
    /** Called for a span that a sampler dropped. */
    private readonly onUnsampled: () => void,
    /** Starts the spans of requests, which nobody else changes as a rule; undefined if the tracer must. */
    private readonly plain?: PlainTracer,
  ) {}

  /**
   * Opens the span of a request, and the context of its handler.
   *
   * @param link the span of the earlier request that this one continues or asks about
   */
  requestStarted(
    scope: RequestScope,
    label: string | undefined,
    message: Message,
    extra: MessageExtra | undefined,
    link?: SpanContext,
  ): void {
    const { context, links: around } = parentOf(message, extra);
    const links = link === undefined ? around : [...around, { context: link }];
    if (this.tracer === undefined) {
      scope.context = withScope(context, scope);
      return;
    }
    const span =
      (links.length === 0 ? this.plainSpan(scope, label, message, context) : undefined) ??
      this.requestSpan(this.tracer, scope, label, message, { context, links });
    scope.span = span;
    scope.context = withScope(context, scope, span);
    scope.sampled = (span.spanContext().traceFlags & 1) === 1;
    if (!span.isRecording()) {
      this.onUnsampled();
      return;
    }
    capturedRequest(span, message, this.options, extra);
  }

  private requestSpan(
    tracer: Tracer,
    { method, name, startTime }: RequestScope,
    label: string | undefined,
    message: Message,
    { context, links }: Parent,
  ): Span {
    const attributes = identifying(method, name);
    const span = tracer.startSpan(
      titleOf(method, label),
      { kind: SpanKind.SERVER, attributes, links, startTime },
      context,
    );
    return span.setAttributes(ofRequest(message));
  }

  private plainSpan(
    { method, name, startTime }: RequestScope,
    label: string | undefined,
    message: Message,
    context: Context,
  ): Span | undefined {
    if (this.plain === undefined) return undefined;
    const known = label === name ? this.known.ofOperation(method, name) : identifying(method, name);
    const start = {
      name: titleOf(method, label),
      kind: SpanKind.SERVER,
      known,
      own: ofRequest(message),
      startTime,
    };
    return this.plain.startSpan(start, context);
  }

  /** @param label the name as a label value: known to be real, or `_other` */
  requestEnded(
    scope: RequestScope,
    label: string,
    peer: Peer,
    ending: Ending,
    answer: Message | undefined,
    at: number,
  ): void {
    const { span, method, exception } = scope;
    const { outcome } = ending;
    if (!span?.isRecording()) return;
    if (isPlain(span) && this.isPlainEnd(ending, answer, exception)) {
      const known = [this.known.ofPeer(peer), this.known.ofOutcome(outcome)];
      const title = label === scope.name ? titleOf(method, label) : span.name;
      span.finish(title, { known, endTime: scope.timeOf(at) });
      return;
    }
    if (label !== '' && label === scope.name) span.updateName(`${method} ${label}`);
    span.setAttributes(ofPeer(peer));
    span.setAttribute(semconv.PMCP_OUTCOME, outcome);
    if (exception !== undefined && outcome !== 'client_error')
      recordException(span, exception, this.options.exceptionStacks);
    if (ending.isRefused) refused(span, ending);
    else if (answer !== undefined) {
      failed(span, ending, answer);
      if (outcome === 'ok') capturedResult(span, method, answer, this.options);
    }
    span.end(scope.timeOf(at));
  }

  /** Whether no more is to say about a request than its outcome. */
  private isPlainEnd(ending: Ending, answer: Message | undefined, exception: unknown): boolean {
    return (
      exception === undefined &&
      answer !== undefined &&
      answer.error === undefined &&
      !ending.isRefused &&
      !(this.options.results && ending.outcome === 'ok') &&
      !isErrorToConventions(ending)
    );
  }

  /**
   * Creates the span of a whole task, from its request to its end. Created at the end, since a task may end in another process,
   * or never.
   *
   * @returns the ids of the span
   */
  taskEnded(call: LongCall, label: string, ending: Ending, at: number): SpanContext | undefined {
    const { series, name, peer, trace: origin, startedAt } = call;
    if (this.tracer === undefined) return undefined;
    const parent = origin ? trace.setSpanContext(ROOT_CONTEXT, origin) : ROOT_CONTEXT;
    const attributes = {
      ...identifying(series.method, name),
      ...ofPeer(peer),
      [semconv.PMCP_OPERATION]: call.kind,
      [semconv.PMCP_OUTCOME]: ending.outcome,
    };
    const endTime = Date.now() - (performance.now() - at);
    const startTime = endTime - (at - startedAt);
    const title = label === name ? `${series.method} ${label}` : series.method;
    const span = this.tracer.startSpan(title, { kind: SpanKind.INTERNAL, attributes, startTime }, parent);
    if (isErrorToConventions(ending)) {
      span.setAttribute(semconv.ERROR_TYPE, ending.type);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(endTime);
    return span.spanContext();
  }

  /**
   * Opens the span of a request that the server sends.
   *
   * @returns what to send instead: the message with the trace context in its `_meta`
   */
  serverRequestStarted(scope: RequestScope, message: Message): Message {
    const { context } = parentOf({}, undefined);
    scope.context = context;
    if (this.tracer !== undefined) {
      const { method } = scope;
      const attributes = { ...identifying(method, ''), ...ofRequest(message) };
      const { startTime } = scope;
      scope.span = this.tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes, startTime }, context);
      scope.context = trace.setSpan(context, scope.span);
    }
    return carrying(message, scope.context);
  }

  /** @param outcome the same as in the metrics */
  serverRequestEnded(
    scope: RequestScope,
    peer: Peer,
    { outcome, type }: Pick<Ending, 'type'> & { readonly outcome: string },
    answer: Message | undefined,
    at: number,
  ): void {
    const { span } = scope;
    if (!span?.isRecording()) return;
    span.setAttributes(ofPeer(peer));
    span.setAttribute(semconv.PMCP_OUTCOME, outcome);
    if (answer?.error !== undefined) clientFailed(span, type, answer);
    span.end(scope.timeOf(at));
  }

  /**
   * A notification, which nobody answers: its span is the instant in which it came or went.
   */
  notified(
    direction: 'received' | 'sent',
    method: string,
    message: Message,
    extra: MessageExtra | undefined,
    peer: Peer,
    at: number,
  ): void {
    if (this.tracer === undefined || !this.options.notifications) return;
    const name = methodLabel('notification', method);
    const isReceived = direction === 'received';
    const { context, links } = parentOf(isReceived ? message : {}, extra);
    const time = Date.now() - (performance.now() - at);
    const attributes = { [semconv.MCP_METHOD_NAME]: name, ...ofPeer(peer) };
    const kind = isReceived ? SpanKind.SERVER : SpanKind.CLIENT;
    const span = this.tracer.startSpan(name, { kind, attributes, links, startTime: time }, context);
    if (span.isRecording()) capturedRequest(span, message, this.options);
    else this.onUnsampled();
    span.end(time);
  }
}

function titleOf(method: string, label: string | undefined): string {
  return label ? `${method} ${label}` : method;
}

function isPlain(span: Span): span is PlainSpan {
  return (span as Partial<PlainSpan>).isPlain === true;
}

/** Faults of the caller are no errors of the server, but their code is recorded. */
function failed(span: Span, ending: Ending, answer: Message): void {
  if (answer.error !== undefined) span.setAttribute(semconv.RPC_RESPONSE_STATUS_CODE, ending.type);
  if (!isErrorToConventions(ending)) return;
  span.setAttribute(semconv.ERROR_TYPE, ending.type);
  setError(span, answer);
}

/** If the request never reached the server, only a 5xx from something in front of it is an error. */
function refused(span: Span, ending: Ending): void {
  if (ending.status !== undefined) span.setAttribute(semconv.HTTP_RESPONSE_STATUS_CODE, ending.status);
  if (!isErrorToConventions(ending)) return;
  span.setAttribute(semconv.ERROR_TYPE, ending.type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** For a request that the server sent, every error counts. */
function clientFailed(span: Span, type: string, answer: Message): void {
  span.setAttributes({ [semconv.RPC_RESPONSE_STATUS_CODE]: type, [semconv.ERROR_TYPE]: type });
  setError(span, answer);
}

function setError(span: Span, { error }: Message): void {
  const { message } = error ?? {};
  const description = typeof message === 'string' ? { message: redactText(message, MAX_MESSAGE) } : {};
  span.setStatus({ code: SpanStatusCode.ERROR, ...description });
}
