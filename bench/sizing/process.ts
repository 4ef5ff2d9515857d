import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts of a process. */
export interface Usage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
}

/** Ticks a second of the times in /proc; the same on every Linux that Node runs on. */
const TICKS = 100;

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  // The name of the program, in parentheses, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    residentBytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
