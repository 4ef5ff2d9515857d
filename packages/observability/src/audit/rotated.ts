import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const DIGITS = 12;

/** Returns the new name of a full file: an unused name that contains the number of its last record. */
export function rotatedName(path: string, seq: number): string {
  const name = `${path}.${String(seq).padStart(DIGITS, '0')}`;
  let free = name;
  for (let again = 1; existsSync(free); again++) free = `${name}-${again}`;
  return free;
}

/** Returns the file that became full last. If the process was killed before it began the next file, there is only this one. */
export function lastRotated(path: string): string | undefined {
  const prefix = `${basename(path)}.`;
  const isRotated = (name: string) => name.startsWith(prefix) && /^\d{12}$/.test(name.slice(prefix.length));
  const [last] = readdirSync(dirname(path)).filter(isRotated).sort().reverse();
  return last === undefined ? undefined : join(dirname(path), last);
}
