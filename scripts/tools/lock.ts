import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const TOUCH_MS = 2_000;
/** A holder touches its lock every two seconds; one that has not for so long is gone. */
const STALE_MS = 15_000;

/** Runs an action while no other process runs one under the same lock, a folder. */
export async function withLock<T>(folder: string, action: () => Promise<T>): Promise<T> {
  await take(folder);
  const touching = setInterval(() => utimes(folder, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  try {
    return await action();
  } finally {
    clearInterval(touching);
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<void> {
  while (true) {
    try {
      await mkdir(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isStale(folder)) await rm(folder, { recursive: true, force: true });
    else await delay(POLL_MS);
  }
}

async function isStale(folder: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(folder)).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}
