import type { HeapProfiler } from 'node:inspector';
import { placeOf, type Row, shares } from './rows.js';

/** What a heap profile says: which functions allocated what is still in memory. */
export function heapReport({ head }: HeapProfiler.SamplingHeapProfile, top: number): string[] {
  const functions = new Map<string, number>();
  let total = 0;
  const rest = [head];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    const place = placeOf(node.callFrame);
    if (node.selfSize > 0) functions.set(place, (functions.get(place) ?? 0) + node.selfSize);
    total += node.selfSize;
    rest.push(...node.children);
  }
  const rows: Row[] = [...functions].map(([name, value]) => ({ name, value }));
  return [
    `${megabytes(total)} were allocated meanwhile and are still in memory`,
    '',
    'by which function',
    ...shares(rows, total, top, megabytes),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
