import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Memory in use and the most there may be, in bytes. */
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
  /** Page cache that the kernel would give up first; the field of memory.stat that counts children too. */
  readonly reclaimable: RegExp;
}

/** In the order in which they are tried: on a hybrid machine the memory controller belongs to version 1. */
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
 * The working set and limit, as the kubelet reckons them, of the control group that is nearest to its limit:
 * the process's own or one around it, for a pod or a slice may be limited as a whole.
 *
 * @param root where /proc and /sys are
 * @returns undefined where there are no control groups, or none has a limit
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

/** `/a/b`, `/a`, `/`. In a container the first may exist only outside; its own group is then the last. */
function ancestry(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestry(parent)];
}

async function memoryUse(directory: string, version: Version): Promise<MemoryUse | undefined> {
  const [limit, usage, stat] = await Promise.all(
    [version.limit, version.usage, 'memory.stat'].map((file) => read(join(directory, file))),
  );
  // Not a number for "max" and for a missing file, neither of which is a limit.
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
