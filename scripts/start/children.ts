import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** What a child gets to end by itself before it is killed. */
const GRACE_MS = 5_000;

/** Kills the processes that it is given when its stdin closes, which it does however its parent ends. */
const WATCHDOG = `
  process.stdin.resume().on('close', () => {
    for (const pid of process.argv.slice(1)) try { process.kill(pid, 'SIGKILL'); } catch {}
  });
`;

/** The processes of a run: none of them outlives it. */
export class Children {
  private readonly children: ChildProcess[] = [];
  private stopping = false;

  /** @param onDeath called when a child ends before `stop` */
  constructor(private readonly onDeath: (name: string, code: number | null, signal: string | null) => void) {}

  start(name: string, command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, options);
    this.children.push(child);
    child.once('error', () => this.onDeath(name, null, null));
    child.once('exit', (code, signal) => {
      if (!this.stopping) this.onDeath(name, code, signal);
    });
    this.guard(child);
    return child;
  }

  /** Asks every child to end, and resolves when all have. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.children.map(end));
  }

  private guard({ pid }: ChildProcess): void {
    const stdio: SpawnOptions['stdio'] = ['pipe', 'ignore', 'ignore'];
    const watchdog = spawn(process.execPath, ['--eval', WATCHDOG, String(pid)], { stdio, detached: true });
    this.children.push(watchdog);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const grace = new AbortController();
  await Promise.race([
    ended,
    delay(GRACE_MS, undefined, { signal: grace.signal }).then(() => child.kill('SIGKILL')),
  ]);
  await ended;
  grace.abort();
}
