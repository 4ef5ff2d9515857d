import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Profiling } from './profiling.js';
import { whyNoSnapshot } from './snapshot.js';

async function container(limit: number, used: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'snapshot-'));
  const files = { 'memory.max': limit, 'memory.current': used };
  for (const [name, value] of [['proc/self/cgroup', '0::/'], ...Object.entries(files)] as const) {
    const path = join(root, String(name).includes('/') ? String(name) : `sys/fs/cgroup/${name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${value}\n`);
  }
  return root;
}

describe('a heap snapshot', () => {
  it('is refused if its copy would not fit into the memory of the container', async () => {
    const root = await container(256e6, 200e6);
    expect(await whyNoSnapshot(root)).toMatch(
      /^a snapshot (would need up to \d+ MB of memory, and 56 MB are free|of a heap of)/,
    );
    await rm(root, { recursive: true });
  });

  it('is sent only over TLS or loopback', async () => {
    const taken: unknown[] = [];
    const profiling = new Profiling(
      true,
      () => undefined,
      (facts) => taken.push(facts),
    );
    const asker = { address: '192.0.2.1', gone: new AbortController().signal, isPrivate: false };
    expect(await profiling.answer('heapsnapshot', new URLSearchParams(), asker)).toEqual({
      status: 403,
      error: expect.stringContaining('holds secrets'),
    });
    expect(taken).toEqual([]);
  });
});
