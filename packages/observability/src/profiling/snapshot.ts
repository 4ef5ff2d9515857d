import type { Readable } from 'node:stream';
import { getHeapSnapshot, getHeapStatistics } from 'node:v8';
import { memoryUse } from '../health/memory.js';

/** How many times the size of the heap a snapshot and its text need at most. Measured with many small objects. */
const COPIES = 13;
const MEGABYTE = 1_000_000;
/** A larger heap would stop the process for a minute. */
const MAX_HEAP = 200 * MEGABYTE;

/** @returns why no snapshot can be taken; undefined if it can */
export async function whyNoSnapshot(root?: string): Promise<string | undefined> {
  const heap = getHeapStatistics().used_heap_size;
  const { used, limit } = await memoryUse(root);
  const text = (bytes: number) => `${Math.ceil(bytes / MEGABYTE)} MB`;
  if (heap > MAX_HEAP)
    return `a snapshot of a heap of ${text(heap)} would stop the server for a minute or more, and the limit is ${text(MAX_HEAP)}: take heap profiles`;
  const free = Math.max(0, limit - used);
  if (heap * COPIES > free)
    return `a snapshot would need up to ${text(heap * COPIES)} of memory, and ${text(free)} are free: take heap profiles, or raise the limit`;
  return undefined;
}

/** Stops the process until the snapshot is taken. It contains no numbers, but all texts, including secrets. */
export function takeSnapshot(): Readable {
  return getHeapSnapshot();
}
