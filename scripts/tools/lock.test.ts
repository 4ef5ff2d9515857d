import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './fakes.js';
import { withLock } from './lock.js';

let folder: string;
let lock: string;
const silent = (): void => undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
  lock = join(folder, '.lock');
});

/** Makes a lock as if another process had left it. */
async function heldBy(owner: { pid: number; host: string }, ageMs: number): Promise<void> {
  await mkdir(lock);
  await writeFile(join(lock, 'owner'), JSON.stringify({ id: 'other', ...owner }));
  const then = new Date(Date.now() - ageMs);
  await utimes(join(lock, 'owner'), then, then);
}

describe('the lock', () => {
  it('lets one holder work at a time', async () => {
    let working = 0;
    const most: number[] = [];
    const work = async (): Promise<void> => {
      most.push(++working);
      await new Promise((resolve) => setTimeout(resolve, 20));
      working--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(lock, silent, work)));
    expect(most).toEqual([1, 1, 1]);
  });

  it('logs once whom it waits for', async () => {
    const said: string[] = [];
    let finish = silent;
    let first: Promise<void> | undefined;
    await new Promise<void>((working) => {
      first = withLock(lock, silent, () => {
        working();
        return new Promise((resolve) => {
          finish = resolve;
        });
      });
    });
    const second = withLock(
      lock,
      (message) => {
        said.push(message);
        finish();
      },
      async () => 'done',
    );
    await first;
    expect(await second).toBe('done');
    expect(said).toEqual([`waiting for process ${process.pid}, which is installing the same way`]);
  });

  it('leaves nothing behind, also when the work fails', async () => {
    const failing = withLock(lock, silent, () => Promise.reject(new Error('no luck')));
    await expect(failing).rejects.toThrow('no luck');
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to the next when its process has died', async () => {
    // No process has this id: it is above the highest of Linux and macOS.
    await heldBy({ pid: 2 ** 22 + 1, host: hostname() }, 0);
    expect(await withLock(lock, silent, async () => 'mine')).toBe('mine');
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to the next when a process of another machine shows no sign of life', async () => {
    await heldBy({ pid: 1, host: 'elsewhere' }, 60_000);
    expect(await withLock(lock, silent, async () => 'mine')).toBe('mine');
    expect(await readdir(folder)).toEqual([]);
  });
});
