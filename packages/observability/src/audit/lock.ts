import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/** How many processes, threads and copies of one server may write at the same time. */
const MAX_WRITERS = 64;

/** Shared by all copies of this package in a thread. */
const HELD = Symbol.for('@pmcp/observability.audit-locks');

/** Finds a file that nothing else writes: the path itself, else `audit.1.jsonl`, `audit.2.jsonl`, … */
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

/** Whether the process that held the lock was killed. A lock with our own pid belongs to an earlier process, since our locks are known. */
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
