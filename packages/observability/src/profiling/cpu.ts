import type { Profiler } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import { byRequest, type RequestProfile } from './by-request.js';
import { inspected } from './session.js';
import { type Activity, Timeline } from './timeline.js';

/** Microseconds between samples. This costs 1 % of the processor, and shows what uses one second of thirty. */
export const INTERVAL_US = 1_000;

/**
 * Samples the stack until `until` resolves.
 *
 * @param current returns the request that the process works for now
 * @throws the reason if `until` rejects
 */
export function sampleCpu(
  current: () => Activity | undefined,
  until: () => Promise<unknown>,
): Promise<RequestProfile> {
  const timeline = new Timeline(current);
  return inspected(async (session) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    timeline.start();
    try {
      await session.post('Profiler.start');
      await until();
      const { profile }: { profile: Profiler.Profile } = await session.post('Profiler.stop');
      return byRequest(profile, timeline.reader());
    } finally {
      timeline.stop();
    }
  });
}

/** @throws if the signal ends it early */
export function takeCpuProfile(
  seconds: number,
  current: () => Activity | undefined,
  signal: AbortSignal,
): Promise<RequestProfile> {
  return sampleCpu(current, () => delay(seconds * 1000, undefined, { signal, ref: false }));
}
