import { readdirSync, readFileSync } from 'node:fs';

/** The resources that a process uses, according to Linux. */
export interface Usage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
}

/** Ticks per second in /proc. The same on every Linux that Node supports. */
const TICKS = 100;

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  // The name of the program, in parentheses, may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    residentBytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
