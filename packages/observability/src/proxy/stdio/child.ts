import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { ErrorCode } from '../../codes/codes.js';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The exit codes of a shell that can't find a command, and of one that can't run it. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/**
 * Signals that are passed on to the server. SIGKILL and SIGSTOP can't be passed on. SIGPIPE and SIGXFSZ are
 * about our own writes, and our own profiler uses SIGPROF.
 */
const FORWARDED = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
  'SIGALRM',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGIO',
  'SIGURG',
  'SIGTSTP',
] as const;

/** Those of them that a terminal sends to all processes in the foreground. */
const OF_TERMINALS: readonly string[] = ['SIGINT', 'SIGQUIT'];

const STDIN = 0;
const hasGroups = process.platform !== 'win32';

/** A command that can't be started, with the reason and the exit code for it. */
export class StartError extends Error {
  readonly code = 'PMCP_E_COMMAND_NOT_STARTED' satisfies ErrorCode;
  readonly exitCode: number;

  constructor(command: string, cause: NodeJS.ErrnoException) {
    const isMissing = command === '' || cause.code === 'ENOENT';
    super(`can't start ${command || '""'}: ${isMissing ? 'no such command' : cause.message}`, { cause });
    this.exitCode = isMissing ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

/**
 * Starts a command that gets each of our signals once, and that does not outlive us. With a terminal it stays
 * in our process group, since the terminal sends signals to that group and lets it read. Without one it leads
 * its own group.
 *
 * @throws StartError
 */
export async function startChild(
  command: readonly string[],
  stdio: ('pipe' | 'inherit')[],
): Promise<{ child: ChildProcess; ended: Promise<Ending> }> {
  const isLeader = hasGroups && !isatty(STDIN);
  const child = await spawned(command, { stdio, detached: isLeader, windowsHide: true });
  const forget = [forwardSignals(child, isLeader), killWithUs(child, isLeader)];
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const undo of forget) undo();
      resolve({ code, signal });
    });
  });
  return { child, ended };
}

function spawned([command = '', ...args]: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(new StartError(command, cause));
    try {
      const child = spawn(command, args, options);
      child.once('spawn', () => resolve(child));
      child.once('error', fail);
    } catch (error) {
      fail(error as NodeJS.ErrnoException);
    }
  });
}

function forwardSignals(child: ChildProcess, isLeader: boolean): () => void {
  const forward = (signal: NodeJS.Signals) => {
    if (isLeader || !OF_TERMINALS.includes(signal)) child.kill(signal);
  };
  // The job control of a terminal stops both us and the child.
  const signals = isLeader ? FORWARDED : FORWARDED.filter((signal) => signal !== 'SIGTSTP');
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/**
 * Kills the child when we end. On exit we do it ourselves. If we are killed by SIGKILL, a shell does it,
 * which waits until our end of a pipe closes.
 */
function killWithUs(child: ChildProcess, isLeader: boolean): () => void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const guard = hasGroups ? startGuard(isLeader ? -child.pid! : child.pid!) : undefined;
  return () => {
    process.off('exit', kill);
    guard?.stdin?.end('\n');
  };
}

/** @param target a process id, or a process group as a negative number */
function startGuard(target: number): ChildProcess {
  const script = 'read -r _ || kill -s KILL -- "$0"';
  const guard = spawn('/bin/sh', ['-c', script, String(target)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // If the image has no shell, the child still notices the end of its input.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

/** Ends this process in the same way as another one ended. */
export function endAs({ code, signal }: Ending): void {
  if (signal === null) process.exit(code ?? 1);
  // Node ignores this signal until a listener was added.
  if (signal === 'SIGPIPE') process.on(signal, () => {});
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Some signals don't end Node. A shell would report them with this exit code.
  setImmediate(() => process.exit(128 + constants.signals[signal]));
}
