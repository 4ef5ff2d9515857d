import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { disk } from './disk.js';

const { signal } = new AbortController();

describe('disk', () => {
  it('passes when enough is free, and reports how much', async () => {
    expect(await disk({ path: tmpdir(), minFree: 0 }).run(signal)).toMatch(/^\d+\.\d % free$/);
  });

  it('fails when too little is free', async () => {
    await expect(disk({ minFree: 1 }).run(signal)).rejects.toThrow(/^\d+\.\d % free$/);
  });

  it('fails when the path is missing', async () => {
    await expect(disk({ path: '/nonexistent' }).run(signal)).rejects.toThrow('ENOENT');
  });

  it('passes on a file system without blocks', async () => {
    const run = disk({ path: '/proc' }).run(signal);
    if (process.platform === 'linux') expect(await run).toBe('100.0 % free');
    else await expect(run).rejects.toThrow('ENOENT');
  });

  it('rejects a percentage', () => {
    expect(() => disk({ minFree: 10 })).toThrow('Expected `disk.minFree` to be a share from 0 to 1, got 10');
  });
});
