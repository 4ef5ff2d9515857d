import type { ExponentialNumbers } from '../exponential.js';

/** A span costs four bytes and an empty bucket one, so shorter gaps are filled with empty buckets. */
const MIN_GAP = 3;

/** The used buckets in the form of native histograms. */
export interface Spans {
  /** For each span: the distance from the end of the span before (for the first span: its first key), and its length. */
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  /** The count of each bucket, minus the count of the bucket before. */
  readonly deltas: readonly number[];
}

export function spansOf({ first, cells }: Pick<ExponentialNumbers, 'first' | 'cells'>): Spans {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  /** The key after the last written bucket, and the count of that bucket. */
  let end = 0;
  let before = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    const count = cells[cell]!;
    if (count === 0) continue;
    const gap = first + cell - end;
    const span = spans.at(-1);
    if (span === undefined || gap >= MIN_GAP) spans.push({ offset: gap, length: 1 });
    else {
      span.length += gap + 1;
      for (let i = 0; i < gap; i++) {
        deltas.push(-before);
        before = 0;
      }
    }
    deltas.push(count - before);
    before = count;
    end = first + cell + 1;
  }
  return { spans, deltas };
}
