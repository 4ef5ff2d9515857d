import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const DIGITS = 12;

/** Where a file goes that has become full: a name that tells its last record, and that nothing has. */
export function rotatedName(path: string, seq: number): string {
  const name = `${path}.${String(seq).padStart(DIGITS, '0')}`;
  let free = name;
  for (let again = 1; existsSync(free); again++) free = `${name}-${again}`;
  return free;
}

/** The file that was full last: a process that was killed before it began the next one leaves no other. */
export function lastRotated(path: string): string | undefined {
  const prefix = `${basename(path)}.`;
  const isRotated = (name: string) => name.startsWith(prefix) && /^\d{12}$/.test(name.slice(prefix.length));
  const [last] = readdirSync(dirname(path)).filter(isRotated).sort().reverse();
  return last === undefined ? undefined : join(dirname(path), last);
}
