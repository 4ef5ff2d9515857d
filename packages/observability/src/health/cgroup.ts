import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Used memory and its limit, in bytes. */
export interface MemoryUse {
  readonly used: number;
  readonly limit: number;
}

interface Version {
  /** Finds the process's own group in /proc/self/cgroup. */
  readonly group: RegExp;
  readonly mount: string;
  readonly limit: string;
  readonly usage: string;
  /** Page cache that the kernel would free first: the field of memory.stat that includes children. */
  readonly reclaimable: RegExp;
}

/** In the order in which they are tried. On a hybrid machine, the memory controller belongs to version 1. */
const VERSIONS: readonly Version[] = [
  {
    group: /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.+)$/m,
    mount: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    reclaimable: /^total_inactive_file (\d+)$/m,
  },
  {
    group: /^0::(.+)$/m,
    mount: 'sys/fs/cgroup',
    limit: 'memory.max',
    usage: 'memory.current',
    reclaimable: /^inactive_file (\d+)$/m,
  },
];

/**
 * Returns the working set, as the kubelet computes it, and the limit of the control group that is nearest to its limit. That is
 * the group of the process or one around it, since a pod or a slice may have a limit as a whole.
 *
 * @param root the folder that contains /proc and /sys
 * @returns undefined if there are no control groups, or if none has a limit
 */
export async function cgroupMemory(root = '/'): Promise<MemoryUse | undefined> {
  const groups = await read(join(root, 'proc/self/cgroup'));
  for (const version of VERSIONS) {
    const path = version.group.exec(groups)?.[1];
    if (path === undefined) continue;
    const mount = join(root, version.mount);
    const uses = await Promise.all(ancestry(path).map((group) => memoryUse(join(mount, group), version)));
    return uses.reduce(tighter, undefined);
  }
  return undefined;
}

/** `/a/b`, `/a`, `/`. In a container, the first may exist only outside. Its own group is then the last one. */
function ancestry(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestry(parent)];
}

async function memoryUse(directory: string, version: Version): Promise<MemoryUse | undefined> {
  const [limit, usage, stat] = await Promise.all(
    [version.limit, version.usage, 'memory.stat'].map((file) => read(join(directory, file))),
  );
  // NaN for "max" and for a missing file: both mean that there is no limit.
  const bytes = Number.parseInt(limit!, 10);
  if (!(bytes > 0)) return undefined;
  const reclaimable = Number(version.reclaimable.exec(stat!)?.[1] ?? 0);
  return { used: Math.max(0, Number(usage) - reclaimable), limit: bytes };
}

function tighter(a: MemoryUse | undefined, b: MemoryUse | undefined): MemoryUse | undefined {
  if (!a || !b) return a ?? b;
  return b.used / b.limit > a.used / a.limit ? b : a;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
