import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a child may take to end before it is killed. */
const GRACE_MS = 5_000;
/** How many characters of a child's last output are kept for the message about its death. */
const LAST_WORDS = 1_000;

/**
 * Kills the processes whose ids it got, once its stdin closes. Stdin closes in whichever way the parent ends.
 */
const GUARD = `
  let pids = '';
  process.stdin.on('data', (data) => (pids += data)).on('close', () => {
    for (const pid of pids.trim().split(' ')) try { process.kill(Number(pid), 'SIGKILL'); } catch {}
  });
`;

/** The processes of a run. All of them end with the run. */
export class Children {
  private readonly children: ChildProcess[] = [];
  private guard: ChildProcess | undefined;
  private stopping = false;

  /** @param onDeath called with a sentence when a child ends before `stop` */
  constructor(private readonly onDeath: (message: string) => void) {}

  start(name: string, command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.stopping) throw new Error(`Expected ${name} to be started before the end, but it came too late`);
    // Each child has its own process group, so Ctrl-C only reaches us, and we end the children in order.
    const child = spawn(command, args, { ...options, detached: true });
    this.children.push(child);
    this.protect(child);
    let lastWords = '';
    child.stderr?.on('data', (data) => {
      lastWords = `${lastWords}${data}`.slice(-LAST_WORDS);
    });
    child.once('error', ({ message }) => this.died(`${name} could not be started: ${message}`));
    child.once('close', (code, signal) =>
      this.died(`${name} ended (${signal ?? code}). ${lastWords}`.trim()),
    );
    return child;
  }

  /** Asks every child to end, and resolves when all have ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.children.map(end));
    if (this.guard) await end(this.guard);
  }

  private died(message: string): void {
    if (!this.stopping) this.onDeath(message);
  }

  private protect({ pid }: ChildProcess): void {
    this.guard ??= spawn(process.execPath, ['--eval', GUARD], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    if (pid !== undefined) this.guard.stdin?.write(`${pid} `);
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
