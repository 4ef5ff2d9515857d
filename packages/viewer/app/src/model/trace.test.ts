import { describe, expect, it } from 'vitest';
import { durationText, type Span, waterfall } from './trace.js';

const span = (spanId: string, parentSpanId: string, startMs: number): Span => ({
  spanId,
  parentSpanId,
  name: spanId,
  service: 's',
  startMs,
  durationMs: 1,
  failed: false,
  message: '',
  attributes: {},
});

const shape = (spans: Span[]) =>
  waterfall(spans).map(({ span, depth }) => `${'-'.repeat(depth)}${span.name}`);

describe('a waterfall', () => {
  it('has children below their parents, in the order of their start', () => {
    const spans = [span('c', 'a', 3), span('b', 'a', 2), span('d', 'b', 2.5), span('a', '', 1)];
    expect(shape(spans)).toEqual(['a', '-b', '--d', '-c']);
  });

  it('keeps a span whose parent is missing, and one that is its own parent', () => {
    expect(shape([span('a', 'gone', 2), span('b', 'b', 1)])).toEqual(['b', 'a']);
  });
});

describe('a duration', () => {
  it.each([
    [0.012, '12 µs'],
    [1, '1 ms'],
    [12.345, '12.3 ms'],
    [999, '999 ms'],
    [1_234, '1.23 s'],
    [90_000, '1.50 min'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
