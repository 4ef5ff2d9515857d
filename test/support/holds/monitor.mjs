/**
 * Writes every hold of the event loop of its process to the file HOLDS_FILE: the elapsed time, and the
 * thread's own processor time, which does not grow if other programs use the machine.
 */
import { appendFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { worked } from './worked.mjs';

const { HOLDS_FILE } = process.env;

/**
 * A timer runs at most once in each turn of the loop.
 * So two runs are one turn apart, or this time if turns are short.
 */
const EVERY_MS = 1;
/** Shorter holds are not reported. */
const WORTH_TELLING_MS = 4;

const write = (fact) => appendFileSync(HOLDS_FILE, `${JSON.stringify(fact)}\n`);

if (HOLDS_FILE && isMainThread) {
  let at = performance.now();
  let cpu = worked();
  const look = () => {
    const now = performance.now();
    const nowCpu = worked();
    if (now - at > WORTH_TELLING_MS) {
      write({ at, wall: now - at, cpu: Math.min(now - at, nowCpu - cpu) });
      at = performance.now();
      cpu = worked();
    } else {
      at = now;
      cpu = nowCpu;
    }
  };
  setInterval(look, EVERY_MS).unref();
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      if (duration > 0.5) write({ at: startTime, gc: duration });
    }
  }).observe({ entryTypes: ['gc'] });
}
