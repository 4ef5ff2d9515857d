import type { HeapProfiler } from 'node:inspector';
import { add, placeOf, rows, shares } from './rows.js';

interface Reached {
  readonly node: HeapProfiler.SamplingHeapProfileNode;
  /** The functions on the stack. A recursive function appears once. */
  readonly places: ReadonlySet<string>;
}

/** The report of a heap profile: which functions allocated the memory that is still in use. */
export function heapReport({ head }: HeapProfiler.SamplingHeapProfile, top: number): string[] {
  const functions = new Map<string, number>();
  const callers = new Map<string, number>();
  let total = 0;
  const rest: Reached[] = [{ node: head, places: new Set() }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { callFrame, selfSize, children } = next.node;
    const place = placeOf(callFrame);
    const places = next.node === head ? next.places : new Set([...next.places, place]);
    if (selfSize > 0) {
      add(functions, place, selfSize);
      for (const one of places) add(callers, one, selfSize);
    }
    total += selfSize;
    for (const node of children) rest.push({ node, places });
  }
  return [
    `${megabytes(total)} were allocated meanwhile and are still in memory`,
    '',
    'by which function',
    ...shares(rows(functions), total, top, megabytes),
    '',
    'by which function, with what it called',
    ...shares(rows(callers), total, top, megabytes),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
