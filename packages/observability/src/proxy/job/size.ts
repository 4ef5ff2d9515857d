import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the size of a file, or of the newest file in a folder: jobs often put a date in the name. */
export async function sizeOfNewest(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  const entries = await Promise.all((await readdir(path)).map((name) => stat(join(path, name))));
  const [newest] = entries.filter((entry) => entry.isFile()).sort((a, b) => b.mtimeMs - a.mtimeMs);
  if (!newest) throw new Error('expected a file in it, but there is none');
  return newest.size;
}
