import type { Span } from '../../../src/traces.js';

export type { LogLine, Span, Summary, Trace } from '../../../src/traces.js';

/** A span with its depth in the tree. */
export interface Placed {
  readonly span: Span;
  readonly depth: number;
}

/** Sorts spans: parents before children, siblings by start. A span without its parent is at the root. */
export function waterfall(spans: readonly Span[]): Placed[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string, Span[]>();
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const parent = known.has(span.parentSpanId) && span.parentSpanId !== span.spanId ? span.parentSpanId : '';
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const placed: Placed[] = [];
  const place = (parent: string, depth: number) => {
    for (const span of children.get(parent) ?? []) {
      placed.push({ span, depth });
      place(span.spanId, depth + 1);
    }
  };
  place('', 0);
  return placed;
}

/** Formats a duration with three digits and a suitable unit. */
export function durationText(ms: number): string {
  if (ms >= 60_000) return `${(ms / 60_000).toPrecision(3)} min`;
  if (ms >= 1000) return `${(ms / 1000).toPrecision(3)} s`;
  if (ms >= 1) return `${Number(ms.toPrecision(3))} ms`;
  return `${Math.round(ms * 1000)} µs`;
}
