import { readFileSync, writeFileSync } from 'node:fs';

const file = (name: string) => `/proc/sys/${name.replaceAll('.', '/')}`;

/** Sets something of this network namespace while a measurement runs. */
export async function withSysctls<T>(
  settings: Readonly<Record<string, string>>,
  measure: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(settings).map((name) => [name, readFileSync(file(name), 'utf8')] as const);
  for (const [name, value] of Object.entries(settings)) writeFileSync(file(name), value);
  try {
    return await measure();
  } finally {
    for (const [name, value] of before) writeFileSync(file(name), value);
  }
}

/** What the kernel has counted about TCP in this namespace, such as `ListenDrops`. */
export function counted(): Readonly<Record<string, number>> {
  const lines = ['/proc/net/netstat', '/proc/net/snmp'].flatMap((path) =>
    readFileSync(path, 'utf8').trim().split('\n'),
  );
  const result: Record<string, number> = {};
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [names = [], values = []] = [lines[i]?.split(' '), lines[i + 1]?.split(' ')];
    if (/^Tcp(Ext)?:/.test(names[0] ?? ''))
      for (const [at, name] of names.entries()) if (at > 0) result[name] = Number(values[at]);
  }
  return result;
}

/** Sockets of this namespace, and the memory that TCP of the whole machine takes. */
export function sockets(): { readonly inUse: number; readonly timeWait: number; readonly bytes: number } {
  const [, inUse, timeWait, pages] =
    /TCP: inuse (\d+) orphan \d+ tw (\d+) alloc \d+ mem (\d+)/.exec(
      readFileSync('/proc/net/sockstat', 'utf8'),
    ) ?? [];
  return { inUse: Number(inUse), timeWait: Number(timeWait), bytes: Number(pages) * 4096 };
}
