import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cgroupMemory } from './cgroup.js';

const V1_UNLIMITED = '9223372036854771712';

let root: string;

/** Makes the files of a machine: paths below /, and their contents. */
async function machine(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroup-'));
});

afterEach(() => rm(root, { recursive: true }));

describe('cgroupMemory', () => {
  it('reads a version 2 container, without the page cache that can be reclaimed', async () => {
    await machine({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/memory.max': '1000\n',
      'sys/fs/cgroup/memory.current': '700\n',
      'sys/fs/cgroup/memory.stat': 'anon 400\nactive_file 100\ninactive_file 200\n',
    });
    expect(await cgroupMemory(root)).toEqual({ used: 500, limit: 1000 });
  });

  it('finds the limit of a parent group', async () => {
    await machine({
      'proc/self/cgroup': '0::/pod/container\n',
      'sys/fs/cgroup/pod/container/memory.max': 'max\n',
      'sys/fs/cgroup/pod/container/memory.current': '100\n',
      'sys/fs/cgroup/pod/memory.max': '1000\n',
      'sys/fs/cgroup/pod/memory.current': '950\n',
    });
    expect(await cgroupMemory(root)).toEqual({ used: 950, limit: 1000 });
  });

  it('uses the group that is closest to its limit', async () => {
    await machine({
      'proc/self/cgroup': '0::/pod/container\n',
      'sys/fs/cgroup/pod/container/memory.max': '100\n',
      'sys/fs/cgroup/pod/container/memory.current': '95\n',
      'sys/fs/cgroup/pod/memory.max': '1000\n',
      'sys/fs/cgroup/pod/memory.current': '200\n',
    });
    expect(await cgroupMemory(root)).toEqual({ used: 95, limit: 100 });
  });

  it('reads a version 1 container, whose path exists only outside it', async () => {
    await machine({
      'proc/self/cgroup': '9:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/system.slice\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '1000\n',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '900\n',
      'sys/fs/cgroup/memory/memory.stat': 'inactive_file 5\ntotal_inactive_file 300\n',
    });
    expect(await cgroupMemory(root)).toEqual({ used: 600, limit: 1000 });
  });

  it('treats the version 1 value for no limit as an unreachable limit', async () => {
    await machine({
      'proc/self/cgroup': '4:memory:/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': V1_UNLIMITED,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '900\n',
    });
    expect((await cgroupMemory(root))?.limit).toBeGreaterThan(2 ** 62);
  });

  it('returns nothing without control groups', async () => {
    expect(await cgroupMemory(root)).toBeUndefined();
  });
});
