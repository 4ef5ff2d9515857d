import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../../packages/observability/bench/stats.js';

const MIB = 2 ** 20;

/** Shows Node a container with a limit: the files of cgroup v2 that it reads, mounted over the real ones. */
const AS_CONTAINER = `
  mount --bind "$1" /sys/fs/cgroup
  mount --bind "$1/of-process" /proc/$$/cgroup
  exec node --print 'v8.getHeapStatistics().heap_size_limit + " " + process.constrainedMemory()'
`;

function heapIn(limitMiB: number): readonly [number, number] {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  writeFileSync(join(folder, 'of-process'), '0::/\n');
  writeFileSync(join(folder, 'memory.max'), `${limitMiB * MIB}\n`);
  writeFileSync(join(folder, 'memory.high'), 'max\n');
  const output = execFileSync('unshare', ['--mount', 'sh', '-c', AS_CONTAINER, 'sh', folder], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  const [heap = 0, seen = 0] = output.split(' ').map(Number);
  return [heap / MIB, seen / MIB];
}

/** What heap Node allows itself in a container. */
export async function heap(): Promise<string> {
  const rows = [256, 512, 1_024, 2_048, 4_096, 8_192].map((limit) => {
    const [allowed, seen] = heapIn(limit);
    return [limit, Math.round(seen), Math.round(allowed), `${Math.round((allowed / limit) * 100)} %`];
  });
  return `${table(['limit of the container, MiB', 'limit that Node sees', 'heap that Node allows itself', 'share'], rows)}\n\nNode ${process.version}.\n`;
}
