import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';

/** A line of a shell that was started, with all that it starts. */
export class Started {
  /** What it printed, on both outputs. */
  said = '';
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    /** The variables that it was started with. */
    readonly env: NodeJS.ProcessEnv,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        this.said += data;
      });
    this.ended = once(child, 'close');
  }

  static of(folder: string, line: string, env: NodeJS.ProcessEnv): Started {
    const PATH = `${join(folder, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    // Its input stays open, as that of a server which a client starts.
    return new Started(
      spawn('bash', ['-o', 'pipefail', '-c', line], {
        cwd: folder,
        env: { ...process.env, PATH, ...env },
        stdio: 'pipe',
        detached: true,
      }),
      env,
    );
  }

  /** Resolves with the exit code. */
  async code(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it with all processes that it started, as a terminal does. */
  async stop(): Promise<void> {
    if (this.isRunning && this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGTERM');
    const late = setTimeout(() => this.child.pid && process.kill(-this.child.pid, 'SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(late);
  }
}
