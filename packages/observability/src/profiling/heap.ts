import type { HeapProfiler } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import { inspected } from './session.js';

/** Bytes between samples: the default of V8. */
export const INTERVAL_BYTES = 32_768;

/** Which allocations are reported: those that are still in memory at the end, or all. */
export type Objects = 'live' | 'all';

/** @throws if the signal ends it early */
export function takeHeapProfile(
  seconds: number,
  objects: Objects,
  signal: AbortSignal,
): Promise<HeapProfiler.SamplingHeapProfile> {
  return inspected(async (session) => {
    await session.post('HeapProfiler.enable');
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: INTERVAL_BYTES,
      includeObjectsCollectedByMajorGC: objects === 'all',
      includeObjectsCollectedByMinorGC: objects === 'all',
    } as HeapProfiler.StartSamplingParameterType);
    await delay(seconds * 1000, undefined, { signal, ref: false });
    // Otherwise garbage would be reported as if it stayed in memory.
    if (objects === 'live') await session.post('HeapProfiler.collectGarbage');
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return profile;
  });
}
