import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/support/random.js';
import { encodedLogs } from './encode-logs.js';
import type { LogRecord } from './exporter.js';
import { resourceOf } from './provider.js';

const resource = resourceOf({ 'service.name': 'köln', 'a.number': 1.5 });
const instrumentationScope = { name: 'scope', version: '1.2.3', schemaUrl: 'https://example.com/schema' };
const spanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};

function record(more: Partial<LogRecord> = {}): LogRecord {
  return {
    hrTime: [1_795_904_607, 821_000_000],
    hrTimeObserved: [1_795_904_608, 5],
    severityText: 'info',
    severityNumber: 9,
    body: 'tools/call search',
    droppedAttributesCount: 0,
    resource,
    instrumentationScope,
    attributes: { 'mcp.method.name': 'tools/call', duration_ms: 12.346, connection: 7 },
    spanContext,
    ...more,
  };
}

function expectOfficial(...records: LogRecord[]): void {
  expect(Buffer.from(encodedLogs(records))).toEqual(
    Buffer.from(ProtobufLogsSerializer.serializeRequest(records) as Uint8Array),
  );
}

describe('a request with log records', () => {
  const { spanContext: _, ...untraced } = record();
  it.each([
    ['a usual line', record()],
    ['a line of no trace', untraced],
    ['a trace that is not sampled', record({ spanContext: { ...spanContext, traceFlags: 0 } })],
    ['no severity', record({ severityNumber: 0, severityText: '' })],
    ['an unknown severity', record({ severityText: 'undefined', severityNumber: 0 })],
    ['an empty body', record({ body: '' })],
    ['a long body', record({ body: 'ä'.repeat(100_000) })],
    ['no attributes', record({ attributes: {} })],
    ['the first second', record({ hrTime: [0, 0], hrTimeObserved: [1, 999_999_999] })],
    ['a far future', record({ hrTime: [10_000_000_000, 1] })],
  ])('has the bytes of the official serializer with %s', (_, one) => {
    expectOfficial(one);
  });

  it.each([
    [
      '',
      'text',
      'ünï 🎉',
      true,
      false,
      0,
      1,
      -1,
      1.5,
      -0,
      2 ** 53,
      -(2 ** 60),
      1e300,
      Number.NaN,
      null,
      undefined,
    ],
    [[], [1, 'two', [3, null]], {}, { a: { b: [{ c: 1 }] }, d: undefined }, { ['__proto__']: 1 }],
    [new Uint8Array([1, 2, 255]), new Uint8Array(200), [{ err: { type: 'E', stack: 'x'.repeat(20_000) } }]],
  ])('has these bytes with attributes of any type', (...values) => {
    for (const value of values) expectOfficial(record({ attributes: { value } as LogRecord['attributes'] }));
  });

  it('has these bytes with no record at all', () => {
    expectOfficial();
  });

  it('has these bytes with many random records', () => {
    const random = new Random(11);
    const value = (depth: number): unknown => {
      const kind = random.below(depth > 3 ? 4 : 6);
      if (kind === 0) return random.below(2 ** 31) - 2 ** 30;
      if (kind === 1) return random.below(2 ** 31) / 7;
      if (kind === 2) return random.once(2);
      if (kind === 3) return random.text('abcÄ🎉"\\\n', random.below(200));
      const parts = Array.from({ length: random.below(5) }, () => value(depth + 1));
      return kind === 4 ? parts : Object.fromEntries(parts.map((part, i) => [`key ${i}`, part]));
    };
    const records = Array.from({ length: 500 }, () =>
      record({
        hrTime: [random.below(2 ** 31), random.below(1_000) * 1e6],
        attributes: { value: value(0) } as LogRecord['attributes'],
      }),
    );
    expectOfficial(...records);
  });
});
