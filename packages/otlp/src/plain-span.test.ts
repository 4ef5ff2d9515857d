import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../../test/support/random.js';
import type { EncodedSpan } from './encode-span.js';
import type { Span } from './exporter.js';
import type { PlainSpan, PlainStart } from './plain-span.js';
import { tracerProvider } from './provider.js';
import type { Sampling } from './sampler.js';

const ALL: Sampling = { ratio: 1, trustsCallers: true };
const SCOPE = { name: 'scope', version: '1.2.3', schemaUrl: 'https://example.com/schema' };
const RESOURCE = { 'service.name': 'köln', 'a.number': 1.5, 'a.list': ['x', 'ÿ'] };
const NOW = 1_795_904_607_821.9937;

/** A provider, with what ended as a span of the SDK, and what stayed plain. */
function setUp(sampling: Sampling = ALL) {
  const ended: Span[] = [];
  const encoded: EncodedSpan[] = [];
  const processor = {
    onStart() {},
    onEnd: (span: Span) => void ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = tracerProvider(() => RESOURCE, [processor], sampling);
  const plain = provider.plainSpans({
    scope: SCOPE,
    redact: (attributes) => attributes,
    onEnd: (span) => void encoded.push(span),
  });
  return { provider, plain: plain!, ended, encoded };
}

const start: PlainStart = {
  name: 'tools/call echo',
  kind: SpanKind.SERVER,
  known: { 'mcp.method.name': 'tools/call' },
  own: { 'jsonrpc.request.id': '7' },
  startTime: NOW,
};

function started(
  { plain }: ReturnType<typeof setUp>,
  with_: Partial<PlainStart> = {},
  context = ROOT_CONTEXT,
) {
  return plain.tracer.startSpan({ ...start, ...with_ }, context) as PlainSpan;
}

const random = new Random(23);
let keys = 0;
const ALPHABETS = ['abc xyz/09', 'äöß', '工具', '🙂\ud800', '\u0000\u007f"\\'];

const text = (longest: number) => random.text(random.pick(ALPHABETS), random.below(longest));

function value() {
  const numbers = [
    0,
    -0,
    1,
    -1,
    127,
    128,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 62,
    2 ** 63,
    -(2 ** 63),
    -(2 ** 40),
  ];
  const odd = [0.1, -1e-9, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE, Number.MIN_VALUE];
  return random.pick<() => Attributes[string]>([
    () => text(300),
    () => text(20),
    () => random.once(2),
    () => random.pick(numbers),
    () => random.pick(odd),
    () => random.below(2 ** 31) * (random.once(2) ? 1 : -1),
    () => Array.from({ length: random.below(30) }, () => text(40)),
    () => Array.from({ length: random.below(5) }, () => random.pick(numbers)),
    () => [true, false],
  ])();
}

function attributes(): Attributes {
  const made: Attributes = {};
  // A part never sets again what another part has set.
  for (let count = random.below(12); count > 0; count--) made[`k${++keys}${text(30)}`] = value();
  return made;
}

function parent(): Context {
  if (random.once(3)) return ROOT_CONTEXT;
  const context: SpanContext = {
    traceId: random.text('0123456789abcdef', 31).concat('1'),
    spanId: random.text('0123456789abcdef', 15).concat('1'),
    traceFlags: 1,
    ...(random.once(2) && { isRemote: random.once(2) }),
    ...(random.once(2) && { traceState: new TraceState('vendor=1,other=a b') }),
  };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}

describe('a span that nobody but its creator describes', () => {
  it('has the same bytes as the official serializer gives the same span of the SDK, whatever is in it', () => {
    const set = setUp();
    for (let round = 0; round < 150; round++) {
      set.ended.length = set.encoded.length = 0;
      for (let spans = random.below(4); spans >= 0; spans--) {
        const at = NOW + random.below(1e9) / random.pick([1, 7, 1e6]);
        const span = started(
          set,
          {
            name: text(random.pick([20, 200])),
            kind: random.pick([SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL]),
            known: attributes(),
            own: attributes(),
            startTime: at,
          },
          parent(),
        );
        const end = { known: [attributes(), attributes()], endTime: at + random.below(1e6) / 1e3 - 1 };
        const name = text(30);
        span.finish(name, end);
        const real = set.plain.tracer.promoted(span);
        for (const known of end.known) real.setAttributes(known);
        real.updateName(name).end(end.endTime);
      }
      const bytes = set.plain.requestOf(set.encoded);
      const official = ProtobufTraceSerializer.serializeRequest(set.ended);
      expect(Buffer.from(bytes).equals(Buffer.from(official!)), `round ${round}`).toBe(true);
    }
  });

  it('keeps its bytes while thousands of others are encoded, and is as large as it has to be', () => {
    const set = setUp();
    for (let i = 0; i < 200; i++) {
      const span = started(set, { own: { text: 'x'.repeat(i % 50 === 0 ? 200_000 : i % 300) } });
      span.finish(`span ${i}`, { known: [], endTime: NOW });
      const real = set.plain.tracer.promoted(span);
      real.updateName(`span ${i}`).end(NOW);
    }
    const bytes = set.plain.requestOf(set.encoded);
    expect(Buffer.from(bytes).equals(ProtobufTraceSerializer.serializeRequest(set.ended)!)).toBe(true);
  });

  it('reports nothing after its end, and does not end twice', () => {
    const set = setUp();
    const span = started(set);
    expect([span.isPlain, span.isRecording()]).toEqual([true, true]);
    span.finish('a', { known: [], endTime: NOW });
    span.setAttribute('late', 1).addEvent('late').setStatus({ code: 2 }).updateName('late').end();
    span
      .addLink({ context: span.spanContext() })
      .addLinks([])
      .setAttributes({ late: 1 })
      .recordException('late');
    expect([span.isPlain, span.isRecording()]).toEqual([false, false]);
    expect([set.encoded.length, set.ended.length]).toEqual([1, 0]);
  });
});

describe('a span that somebody changes', () => {
  it.each<[string, (span: PlainSpan) => unknown, (span: Span) => unknown, unknown]>([
    ['an attribute', (span) => span.setAttribute('a', 1), (span) => span.attributes.a, 1],
    ['attributes', (span) => span.setAttributes({ a: 1 }), (span) => span.attributes.a, 1],
    ['an event', (span) => span.addEvent('a', { b: 1 }), ({ events }) => events[0]?.attributes, { b: 1 }],
    [
      'an exception',
      (span) => span.recordException(new Error('no')),
      ({ events }) => events[0]?.name,
      'exception',
    ],
    ['a link', (span) => span.addLink({ context: span.spanContext() }), ({ links }) => links.length, 1],
    ['links', (span) => span.addLinks([{ context: span.spanContext() }]), ({ links }) => links.length, 1],
    ['a status', (span) => span.setStatus({ code: 2, message: 'no' }), (span) => span.status.message, 'no'],
    ['a name', (span) => span.updateName('other'), (span) => span.name, 'other'],
  ])('by %s is one of the SDK with the same ids', (_, change, read, expected) => {
    const set = setUp();
    const around = parent();
    const span = started(set, {}, around);
    change(span);
    expect([span.isPlain, span.isRecording()]).toEqual([false, true]);
    span.end(NOW + 1);
    expect(span.isRecording()).toBe(false);
    const [real] = set.ended as [Span];
    expect(read(real)).toEqual(expected);
    expect(real.attributes).toMatchObject({ ...start.known, ...start.own });
    expect(real.spanContext()).toEqual(span.spanContext());
    expect(real.parentSpanContext).toEqual(trace.getSpanContext(around));
    expect(set.encoded).toEqual([]);
  });

  it('is the parent of spans that the application creates inside it', () => {
    const { provider, ...set } = setUp();
    const span = started({ provider, ...set });
    const inside = trace.setSpan(ROOT_CONTEXT, span);
    provider.getTracer('application').startSpan('inside', {}, inside).end();
    expect(set.ended[0]?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    expect(set.ended[0]?.spanContext().traceId).toBe(span.spanContext().traceId);
    expect(span.isPlain).toBe(true);
  });
});

describe('whether there is a span', () => {
  const unsampled = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 0, isRemote: true };
  it.each<[string, Sampling, Context, number]>([
    ['all of them', ALL, ROOT_CONTEXT, 1],
    ['none of them', { ratio: 0, trustsCallers: true }, ROOT_CONTEXT, 0],
    ['what a caller decided', ALL, trace.setSpanContext(ROOT_CONTEXT, unsampled), 0],
    ['no stranger', { ratio: 1, trustsCallers: false }, trace.setSpanContext(ROOT_CONTEXT, unsampled), 1],
  ])('is decided by the same sampler as by the SDK: %s', (_, sampling, context, flags) => {
    const { provider, plain } = setUp(sampling);
    const span = plain.tracer.startSpan(start, context);
    expect(span?.spanContext().traceFlags).toBe(flags);
    expect(span?.isRecording()).toBe(flags === 1);
    const { traceFlags } = provider.getTracer('a').startSpan('a', {}, context).spanContext();
    expect(traceFlags).toBe(flags);
  });

  it('is left to the SDK where tracing is suppressed', () => {
    expect(setUp().plain.tracer.startSpan(start, suppressTracing(ROOT_CONTEXT))).toBeUndefined();
  });

  it('does not depend on a parent with invalid ids', () => {
    const invalid = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'x', spanId: 'y', traceFlags: 1 });
    const span = setUp().plain.tracer.startSpan(start, invalid) as PlainSpan;
    expect(span.spanContext().traceId).toMatch(/^[\da-f]{32}$/);
    expect(span.parent).toBeUndefined();
  });

  it('has ids that differ', () => {
    const set = setUp();
    const ids = Array.from({ length: 5_000 }, () => started(set).spanContext());
    expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(5_000);
    expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(5_000);
  });
});

describe('limits of attributes in variables', () => {
  const VARIABLES = ['OTEL_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT'];
  afterEach(() => {
    for (const variable of VARIABLES) delete process.env[variable];
  });

  it.each(VARIABLES)('leave all spans to the SDK: %s', (variable) => {
    process.env[variable] = '3';
    expect(setUp().plain).toBeUndefined();
  });
});
