import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Bytes } from './bytes.js';
import { writeAttributes } from './encode-attributes.js';
import { type Scope, wrapped } from './encode-request.js';
import type { PlainSpan } from './plain-span.js';

/** A finished span as a part of a chunk: its field in the list of spans. */
export interface EncodedSpan {
  readonly chunk: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Each key is the number of the field, and the type of its value: 1 for eight bytes, 2 for what has a length, 5 for four bytes. */
const SPAN = 0x12;
const TRACE_ID = 0x0a;
const SPAN_ID = 0x12;
const TRACE_STATE = 0x1a;
const PARENT_ID = 0x22;
const NAME = 0x2a;
const KIND = 0x30;
const START = 0x39;
const END = 0x41;
const ATTRIBUTES = 9;
/** No attributes, events and links are lost, and the status is not set. */
const REST = Uint8Array.of(0x50, 0, 0x60, 0, 0x70, 0, 0x7a, 2, 0x18, 0);
const FLAGS = Uint8Array.of(0x85, 1);
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Encodes plain spans as the official serializer would, byte for byte. */
export class SpanEncoder {
  private readonly bytes = new Bytes();
  private readonly known = new WeakMap<Attributes, Uint8Array>();

  /** @param redact removes secrets from attributes */
  constructor(private readonly redact: (attributes: Attributes) => Attributes) {}

  encode(span: PlainSpan): EncodedSpan {
    const { bytes } = this;
    const { context, parent, start, end_: end } = span;
    bytes.begin();
    bytes.byte(SPAN);
    const opened = bytes.open();
    bytes.byte(TRACE_ID);
    bytes.hex(context.traceId);
    bytes.byte(SPAN_ID);
    bytes.hex(context.spanId);
    const state = context.traceState?.serialize();
    if (state) {
      bytes.byte(TRACE_STATE);
      bytes.text(state);
    }
    if (parent !== undefined) {
      bytes.byte(PARENT_ID);
      bytes.hex(parent.spanId);
    }
    bytes.byte(NAME);
    bytes.text(span.name);
    bytes.byte(KIND);
    bytes.byte(start.kind + 1);
    bytes.byte(START);
    bytes.time(start.startTime);
    bytes.byte(END);
    bytes.time(Math.max(start.startTime, end?.endTime ?? 0));
    bytes.raw(this.encoded(start.known));
    writeAttributes(bytes, ATTRIBUTES, this.redact(start.own));
    for (const known of end?.known ?? []) bytes.raw(this.encoded(known));
    bytes.raw(REST);
    bytes.raw(FLAGS);
    bytes.fixed32((context.traceFlags & 0xff) | HAS_IS_REMOTE | (parent?.isRemote ? IS_REMOTE : 0));
    bytes.close(opened);
    return { chunk: bytes.chunk, start: bytes.start, end: bytes.at };
  }

  private encoded(known: Attributes): Uint8Array {
    const found = this.known.get(known);
    if (found !== undefined) return found;
    const bytes = new Bytes(1_024);
    writeAttributes(bytes, ATTRIBUTES, this.redact(known));
    const made = bytes.taken();
    this.known.set(known, made);
    return made;
  }
}

/** Puts encoded spans together to a request. */
export function requestOf(spans: readonly EncodedSpan[], resource: Resource, scope: Scope): Uint8Array {
  const size = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  return wrapped(resource, scope, (to) => writeSpans(to, spans), size);
}

/** Spans that follow each other in a chunk are copied at once. */
function writeSpans(to: Bytes, spans: readonly EncodedSpan[]): void {
  for (let i = 0; i < spans.length; ) {
    const { chunk, start } = spans[i]!;
    let { end } = spans[i]!;
    for (i++; i < spans.length && spans[i]!.chunk === chunk && spans[i]!.start === end; i++)
      end = spans[i]!.end;
    to.raw(chunk.subarray(start, end));
  }
}
