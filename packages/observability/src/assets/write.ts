import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withCode } from '../codes/tell.js';

/** The result for each file, by path. */
export interface Written {
  readonly written: readonly string[];
  /** Files that existed already with the same content. */
  readonly unchanged: readonly string[];
}

/**
 * Writes files into a folder.
 *
 * @throws Error, and writes nothing, if a file exists that was changed, unless files may be overwritten
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>, overwrite: boolean): Written {
  const there = (path: string) => contentOf(join(folder, path));
  const paths = [...files.keys()];
  const unchanged = paths.filter((path) => there(path) === files.get(path));
  const changed = paths.filter((path) => !unchanged.includes(path) && there(path) !== undefined);
  const [first] = changed;
  if (first !== undefined && !overwrite) {
    const others = changed.length > 1 ? ` and ${changed.length - 1} more` : '';
    throw withCode(
      'PMCP_E_WOULD_OVERWRITE',
      new Error(`${join(folder, first)}${others} would be overwritten; --force does so, nothing was written`),
    );
  }
  const written = paths.filter((path) => !unchanged.includes(path));
  for (const path of written) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), files.get(path) ?? '');
  }
  return { written, unchanged };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
