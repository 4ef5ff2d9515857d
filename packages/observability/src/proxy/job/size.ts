import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of a file, or of the newest one of a folder: what a job writes often bears a date in its name. */
export async function sizeOfNewest(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  const entries = await Promise.all((await readdir(path)).map((name) => stat(join(path, name))));
  const [newest] = entries.filter((entry) => entry.isFile()).sort((a, b) => b.mtimeMs - a.mtimeMs);
  if (!newest) throw new Error('expected a file in it, but there is none');
  return newest.size;
}
