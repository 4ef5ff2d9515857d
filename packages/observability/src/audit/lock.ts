import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/** As many processes, threads and copies of one server as write side by side. */
const MAX_WRITERS = 64;

/** Shared by all copies of this package in a thread. */
const HELD = Symbol.for('@pmcp/observability.audit-locks');

/** Takes a file that nobody else writes: the path itself, else `audit.1.jsonl`, `audit.2.jsonl`, … */
export function claim(path: string): { path: string; release: () => void } {
  for (let writer = 0; writer < MAX_WRITERS; writer++) {
    const own = writer === 0 ? path : path.replace(/(\.[^./]+)?$/, `.${writer}$1`);
    const lock = `${own}.lock`;
    if (held().has(lock) || !take(lock)) continue;
    held().add(lock);
    return { path: own, release: () => release(lock) };
  }
  throw new Error(`${MAX_WRITERS} others write to ${path} already`);
}

function release(lock: string): void {
  held().delete(lock);
  rmSync(lock, { force: true });
}

function held(): Set<string> {
  const shared = globalThis as { [HELD]?: Set<string> };
  shared[HELD] ??= new Set();
  return shared[HELD];
}

function take(lock: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(lock, 'wx', 0o600);
      writeSync(fd, `${process.pid}:${threadId}`);
      closeSync(fd);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!isLeftOver(lock)) return false;
      rmSync(lock, { force: true });
    }
  }
  return false;
}

/** Who held it was killed. One of our own number was another process: what this one holds is known. */
function isLeftOver(lock: string): boolean {
  try {
    const [pid = 0, thread = 0] = readFileSync(lock, 'utf8').split(':').map(Number);
    if (pid === process.pid) return thread === threadId;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
