import { constants } from 'node:fs';
import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pidInName, writerOf } from './entry.js';
import { isGone } from './process.js';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** An entry has a few hundred bytes. */
const MAX_BYTES = 10_000;

/** Removes the entries of processes that ended without removing them. Does not touch other files. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = pidInName(name);
    if (pid === undefined) continue;
    // Another process may do the same at the same time. Files that can't be removed stay.
    await removeIfStale(join(folder, name), pid).catch(() => {});
  }
}

async function removeIfStale(file: string, pid: number): Promise<void> {
  const writer = writerOf(pid, await textOf(file));
  if (writer && isGone(writer)) await unlink(file);
}

/** Reads only regular files: others may write to this folder, and a pipe or a link could block a reader for ever. */
async function textOf(file: string): Promise<string> {
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = await handle.stat();
    return stat.isFile() && stat.size <= MAX_BYTES ? await handle.readFile('utf8') : '';
  } finally {
    await handle.close();
  }
}
