import { describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { type Line, LineSplitter } from './lines.js';

function split(chunks: string[], limit = 1 << 20): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter(
    (line) => lines.push(line),
    () => limit,
  );
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return lines;
}

const texts = (lines: Line[]) => lines.map(({ whole }) => whole?.toString());

describe('LineSplitter', () => {
  it('gives each line once, however the stream is cut', () => {
    const text = 'one\r\n\ntwo two\nthr\u00e9e\nrest';
    for (let size = 1; size <= text.length; size++) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(texts(split(chunks))).toEqual(['one\r', '', 'two two', 'thr\u00e9e', 'rest']);
    }
  });

  it.each([1, 2, 3, 4])('gives lines of any length as they are, however they are cut (seed %i)', (seed) => {
    const random = new Random(seed);
    const lengths = [0, 1, 2, 63, 64, 65, 200, 4_095, 4_096, 4_097, 9_000];
    const lines = Array.from({ length: 300 }, (_, i) =>
      `${i}`.repeat(5_000).slice(0, lengths[random.below(lengths.length)]),
    );
    const text = lines.map((line) => `${line}\n`).join('');
    const chunks: string[] = [];
    for (let at = 0, size = 0; at < text.length; at += size) {
      size = 1 + random.below(random.below(2) === 0 ? 100 : 20_000);
      chunks.push(text.slice(at, at + size));
    }
    const seen = split(chunks);
    expect(texts(seen)).toEqual(lines);
    expect(seen.map(({ bytes }) => bytes)).toEqual(lines.map(({ length }) => length + 1));
  });

  it('counts the bytes of a line with its newline', () => {
    expect(split(['ab\ncd']).map(({ bytes }) => bytes)).toEqual([3, 2]);
  });

  it('keeps head and tail of a line beyond the limit, and says how long it was', () => {
    const chunks = ['head'.padEnd(5_000, '-'), ...Array(50).fill('x'.repeat(5_000)), 'tail\n'];
    const [line] = split(chunks, 20_000);
    expect(line?.whole).toBeUndefined();
    expect(line?.bytes).toBe(51 * 5_000 + 5);
    expect(line?.head.toString()).toMatch(/^head/);
    expect(line?.tail.toString()).toMatch(/tail$/);
  });

  it('finds bytes across the seam of two chunks', () => {
    const [line] = split([`${'a'.repeat(5_000)}is`, `Error${'b'.repeat(5_000)}\n`]);
    expect(line?.includes(Buffer.from('isError'))).toBe(true);
    expect(line?.includes(Buffer.from('isErroR'))).toBe(false);
  });

  it('keeps of a line beyond the limit no more than its ends, and nothing that they came with', () => {
    for (const chunkBytes of [700, 8_192, 65_536]) {
      let kept: Line | undefined;
      const splitter = new LineSplitter(
        (line) => {
          kept = line.ends;
        },
        () => 20_000,
      );
      for (let at = 0; at < 1 << 20; at += chunkBytes) {
        // As Node reads: a part of 64 kB.
        splitter.write(Buffer.alloc(1 << 16, `${at}-`).subarray(0, chunkBytes));
      }
      splitter.write(Buffer.from('the end'));
      splitter.end();
      expect(kept?.head.toString()).toMatch(/^0-0-/);
      expect(kept?.tail.length).toBeGreaterThanOrEqual(4_096);
      expect(kept?.tail.toString()).toMatch(/the end$/);
      for (const { buffer, length } of [kept!.head, kept!.tail])
        expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(length, 8_192));
    }
  });

  it('does not keep a long line that comes byte by byte', () => {
    let kept: Line | undefined;
    const splitter = new LineSplitter(
      (line) => {
        kept = line;
      },
      () => 20_000,
    );
    for (let i = 0; i < 100_000; i++) splitter.write(Buffer.from('x'));
    splitter.end();
    expect(kept?.bytes).toBe(100_000);
    expect((kept?.head.length ?? 0) + (kept?.tail.length ?? 0)).toBeLessThan(20_000);
  });
});
