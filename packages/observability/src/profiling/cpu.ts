import type { Profiler } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import type { Timeline } from './timeline.js';

/** Microseconds between samples: a hundredth of the processor, and enough for what takes a second of thirty. */
const INTERVAL_US = 1_000;

/** @throws when the signal ends it before its time */
export async function takeCpuProfile(
  seconds: number,
  timeline: Timeline,
  signal: AbortSignal,
): Promise<Profiler.Profile> {
  // A process that nobody profiles has no inspector.
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    timeline.start();
    await session.post('Profiler.start');
    await delay(seconds * 1000, undefined, { signal, ref: false });
    const { profile } = await session.post('Profiler.stop');
    return profile;
  } finally {
    timeline.stop();
    session.disconnect();
  }
}
