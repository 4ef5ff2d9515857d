import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process wrote an entry: a pid alone may be somebody else's by now, or of another container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Where the pid means this process: the host, and on Linux the namespace of its pids. */
  readonly realm: string;
  /** When it started, in a unit of the system's own; empty where that can't be known. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, realm: realm(), started: startOf(process.pid) };
}

/** Whether the process is certainly gone. Of one in another realm nothing is certain. */
export function isGone(written: ProcessIdentity): boolean {
  if (written.realm !== realm()) return false;
  if (!isAlive(written.pid)) return true;
  const started = startOf(written.pid);
  return written.started !== '' && started !== '' && started !== written.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One that we may not send signals to is alive all the same.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function realm(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of `/proc/<pid>/stat`; the second is a name in brackets that may hold spaces and brackets itself. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
