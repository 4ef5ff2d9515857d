import type { ExponentialNumbers } from '../exponential.js';

/** A span costs four bytes and an empty bucket one: shorter gaps than this are bridged. */
const MIN_GAP = 3;

/** The buckets in use, as native histograms have them. */
export interface Spans {
  /** Of each span: buckets since the end of the one before (of the first: its first key), and how many it has. */
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  /** The count of each bucket of a span, less that of the bucket before. */
  readonly deltas: readonly number[];
}

export function spansOf({ first, cells }: Pick<ExponentialNumbers, 'first' | 'cells'>): Spans {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  /** The key after the last bucket that was written, and its count. */
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
