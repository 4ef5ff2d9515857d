import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder where a container with a read-only file system can still write. Linux only. */
const SHARED_MEMORY = '/dev/shm';

/** @returns the socket path for processes that share a port; undefined if there is no folder that only we can use */
export function socketPath(host: string | undefined, port: number): string | undefined {
  const key = createHash('sha256')
    .update(`${host ?? ''} ${port}`)
    .digest('hex')
    .slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\pmcp-observability-${key}`;
  for (const folder of [tmpdir(), SHARED_MEMORY]) {
    const own = join(folder, `pmcp-observability-${process.getuid?.()}`);
    if (isOurs(own)) return join(own, `${key}.sock`);
  }
  return undefined;
}

/** Anyone who can write there can show numbers in our name. So the folder is created for us, and used only if we own it. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = lstatSync(folder);
    if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return false;
    chmodSync(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}
