import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a shell would end with when it can't find a command, and when it can't run it. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Signals that are meant for the server; SIGKILL and SIGSTOP can't be passed on. */
const FORWARDED = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
] as const;

const hasGroups = process.platform !== 'win32';

/** A command that can't be started, in words and with the exit code for it. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(command: string, cause: NodeJS.ErrnoException) {
    const reason = cause.code === 'ENOENT' ? 'no such command' : cause.message;
    super(`can't start ${command}: ${reason}`, { cause });
    this.exitCode = cause.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

/**
 * Starts a command that gets our signals, once each, and does not outlive us. It leads a process group
 * of its own: a terminal would signal it beside us otherwise.
 *
 * @throws StartError
 */
export async function startChild(
  [command = '', ...args]: readonly string[],
  stdio: ('pipe' | 'inherit')[],
): Promise<{ child: ChildProcess; ended: Promise<Ending> }> {
  const child = spawn(command, args, { stdio, detached: hasGroups, windowsHide: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new StartError(command, cause)));
  });
  const forget = [forwardSignals(child), killWithUs(child)];
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const undo of forget) undo();
      resolve({ code, signal });
    });
  });
  return { child, ended };
}

function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}

/** Whatever ends us ends the child: our own exit here, and SIGKILL by a shell that waits for our end of a pipe to close. */
function killWithUs(child: ChildProcess): () => void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const guard = hasGroups ? startGuard(child.pid!) : undefined;
  return () => {
    process.off('exit', kill);
    guard?.stdin?.end('\n');
  };
}

function startGuard(group: number): ChildProcess {
  const script = 'read -r _ || kill -s KILL -- "-$0"';
  const guard = spawn('/bin/sh', ['-c', script, String(group)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // An image without a shell: the child still notices that its input ends.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

/** Ends this process as another one ended. */
export function endAs({ code, signal }: Ending): void {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Some signals don't end Node; a shell would tell of them with this code.
  setImmediate(() => process.exit(128 + constants.signals[signal]));
}
