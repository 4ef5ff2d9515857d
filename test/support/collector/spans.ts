import { type Attributes, attributesOf, hex, idOf, type WirePair } from './attributes.js';
import { flatten, type Origin, type WireResource, type WireScoped } from './records.js';

export interface Span extends Origin {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string;
  /** W3C trace flags in the lowest 8 bits; 0x100 and 0x200 say whether the parent is remote. */
  readonly flags: number;
  readonly name: string;
  readonly kind: 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  /** Nanoseconds since 1970. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly attributes: Attributes;
  readonly events: readonly {
    readonly name: string;
    readonly time: bigint;
    readonly attributes: Attributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Attributes;
  }[];
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message: string };
}

interface WireSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly WirePair[];
  readonly events: readonly { name: string; timeUnixNano: string; attributes: readonly WirePair[] }[];
  readonly links: readonly { traceId: Uint8Array; spanId: Uint8Array; attributes: readonly WirePair[] }[];
  readonly status?: { readonly code: string; readonly message: string } | null;
}

interface Scoped extends WireScoped {
  readonly spans: readonly WireSpan[];
}

interface Request {
  readonly resourceSpans: readonly (WireResource & { readonly scopeSpans: readonly Scoped[] })[];
}

export function spansOf(request: object): Span[] {
  return flatten(
    (request as Request).resourceSpans,
    ({ scopeSpans }) => scopeSpans,
    ({ spans }, origin) => spans.map((span) => toSpan(span, origin)),
  );
}

function toSpan(wire: WireSpan, origin: Origin): Span {
  return {
    ...origin,
    traceId: hex(wire.traceId),
    spanId: hex(wire.spanId),
    parentSpanId: idOf(wire.parentSpanId),
    traceState: wire.traceState,
    flags: wire.flags,
    name: wire.name,
    kind: wire.kind.replace('SPAN_KIND_', '') as Span['kind'],
    startTime: BigInt(wire.startTimeUnixNano),
    endTime: BigInt(wire.endTimeUnixNano),
    attributes: attributesOf(wire.attributes),
    events: wire.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      time: BigInt(timeUnixNano),
      attributes: attributesOf(attributes),
    })),
    links: wire.links.map(({ traceId, spanId, attributes }) => ({
      traceId: hex(traceId),
      spanId: hex(spanId),
      attributes: attributesOf(attributes),
    })),
    status: {
      code: (wire.status?.code ?? 'UNSET').replace('STATUS_CODE_', '') as Span['status']['code'],
      message: wire.status?.message ?? '',
    },
  };
}
