import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pidInName, writerOf } from './entry.js';
import { isGone } from './process.js';

/** An entry has a few hundred bytes. */
const MAX_BYTES = 10_000;

/** Removes the entries of processes that ended without a chance to do so themselves. Other files are not touched. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = pidInName(name);
    if (pid === undefined) continue;
    // Another process may do the same at the same time, and what may not be removed stays.
    await removeIfStale(join(folder, name), pid).catch(() => {});
  }
}

async function removeIfStale(file: string, pid: number): Promise<void> {
  const { size } = await lstat(file);
  if (size > MAX_BYTES) return;
  const writer = writerOf(pid, await readFile(file, 'utf8'));
  if (writer && isGone(writer)) await unlink(file);
}
