import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './progress.js';

/**
 * A lock that was not touched for so long has no holder any more,
 * even if the holder's process can't be checked.
 */
const STALE_MS = 30_000;
const POLL_MS = 200;

interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Runs the work while no other process runs work under the same lock. The lock is a folder. It is renamed
 * into place with its owner's name inside, so that it never exists without an owner. A rename can't replace a
 * non-empty folder.
 */
export async function withLock<T>(lock: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const mine = await mkdtemp(`${lock}.`);
  const id = basename(mine);
  const owner: Owner = { id, pid: process.pid, host: hostname() };
  await writeFile(join(mine, 'owner'), JSON.stringify(owner));
  for (let tries = 0; !(await moved(mine, lock)); tries++) {
    const holder = await ownerOf(lock);
    if (holder && (await isGone(lock, holder))) await evict(lock, holder);
    else if (holder && tries === 0)
      progress(`waiting for process ${holder.pid}, which is installing the same way`);
    await sleep(POLL_MS);
    await touch(mine);
  }
  const heartbeat = setInterval(() => void touch(lock), STALE_MS / 6);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // It is moved away first: during its deletion a folder is empty for a moment, and could be replaced.
    if ((await ownerOf(lock))?.id === id) await moved(lock, mine);
    await rm(mine, { recursive: true, force: true });
    await removeLeftovers(lock);
  }
}

function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  await utimes(join(lock, 'owner'), now, now).catch(() => undefined);
}

async function ownerOf(lock: string): Promise<Owner | undefined> {
  const text = await readFile(join(lock, 'owner'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Owner);
}

async function isGone(lock: string, { pid, host }: Owner): Promise<boolean> {
  if (host === hostname() && !isRunning(pid)) return true;
  const touched = await stat(join(lock, 'owner')).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > STALE_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Moves a stale lock to a name that contains its owner's, and leaves it there for a while. If two processes
 * see the same stale lock, the second then can't move away the new lock of the first.
 */
async function evict(lock: string, { id }: Owner): Promise<void> {
  await moved(lock, `${lock}.evicted-${id}`);
}

/** Removes evicted locks, and the folders of processes that died while they waited. */
async function removeLeftovers(lock: string): Promise<void> {
  for (const name of await readdir(dirname(lock))) {
    const folder = join(dirname(lock), name);
    if (!folder.startsWith(`${lock}.`)) continue;
    const owner = await ownerOf(folder);
    if (owner && (await isGone(folder, owner))) await rm(folder, { recursive: true, force: true });
  }
}
