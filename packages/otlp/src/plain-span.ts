import type {
  Attributes,
  AttributeValue,
  Context,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api';

/** What is known when a span starts. */
export interface PlainStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** Attributes of each span of this kind: the same object each time, since its encoding is kept. */
  readonly known: Attributes;
  /** Attributes of this span only. */
  readonly own: Attributes;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

/** What is known when it ends. */
export interface PlainEnd {
  /** Attributes of many spans, as `known` at the start. */
  readonly known: readonly Attributes[];
  /** Milliseconds since 1970. */
  readonly endTime: number;
}

/** What creates the spans of the SDK that take the place of plain ones, and gets those that stayed plain. */
export interface PlainSpanOwner {
  promoted(span: PlainSpan): Span;
  ended(span: PlainSpan): void;
}

/**
 * A span that only its creator describes. It keeps facts, which become bytes at its end, without the objects of the SDK. As soon
 * as anybody else changes it, a span of the SDK with the same ids takes its place.
 */
export class PlainSpan implements Span {
  private real: Span | undefined = undefined;
  private isEnded = false;
  name: string;
  end_: PlainEnd | undefined = undefined;

  constructor(
    private readonly owner: PlainSpanOwner,
    readonly context: SpanContext,
    readonly parent: SpanContext | undefined,
    readonly around: Context,
    readonly start: PlainStart,
  ) {
    this.name = start.name;
  }

  /** Whether nobody has changed it. */
  get isPlain(): boolean {
    return this.real === undefined && !this.isEnded;
  }

  /** Ends a span that is still plain. */
  finish(name: string, end: PlainEnd): void {
    this.isEnded = true;
    this.name = name;
    this.end_ = end;
    this.owner.ended(this);
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return this.real === undefined ? !this.isEnded : this.real.isRecording();
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.changed()?.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.changed()?.setAttributes(attributes);
    return this;
  }

  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): this {
    this.changed()?.addEvent(name, attributes, time);
    return this;
  }

  addLink(link: Link): this {
    this.changed()?.addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.changed()?.addLinks(links);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.changed()?.setStatus(status);
    return this;
  }

  updateName(name: string): this {
    this.changed()?.updateName(name);
    return this;
  }

  recordException(exception: Parameters<Span['recordException']>[0], time?: TimeInput): void {
    this.changed()?.recordException(exception, time);
  }

  end(time?: TimeInput): void {
    this.changed()?.end(time);
  }

  /** Returns the span of the SDK in its place; undefined after its end. */
  private changed(): Span | undefined {
    if (!this.isEnded) this.real ??= this.owner.promoted(this);
    return this.real;
  }
}
