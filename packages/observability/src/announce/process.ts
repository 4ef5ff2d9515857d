import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that wrote an entry. A pid alone is not enough: it may be reused, or belong to another container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Where the pid is valid: the host, and on Linux the pid namespace. */
  readonly realm: string;
  /** When it started, in a unit of the operating system. Empty if unknown. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, realm: realm(), started: startOf(process.pid) };
}

/** Whether the process certainly ended. That can't be known for a process in another namespace. */
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
    // A process to which we may not send signals is still alive.
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

/** Reads field 22 of `/proc/<pid>/stat`. The second field is a name in brackets that may itself contain spaces and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
