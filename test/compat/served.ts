import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import { type Samples, scrape } from '../support/exposition.js';
import { until } from '../support/until.js';

/** How a server of the table is observed; `bare` is the one for comparison. */
export type Wiring = 'bare' | 'observe' | 'register';

/** A server of the table in its own process. */
export class Served {
  private readonly said: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly metricsPort: number,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => this.said.push(String(chunk)));
    }
  }

  /** @param port where it listens; it reads the variable of that name */
  static async start(
    folder: string,
    command: readonly string[],
    port: number,
    wiring: Wiring,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Served> {
    const metricsPort = await freePort();
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: folder,
      // A process group of its own, so that its children are ended with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(folder, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
        NODE_OPTIONS: wiring === 'register' ? '--import @pmcp/observability/register' : '',
        WIRED: wiring,
        PM2_HOME: join(folder, '.pm2'),
        PORT: `${port}`,
        PMCP_METRICS_PORT: `${metricsPort}`,
        ...env,
      },
    });
    const served = new Served(child, port, metricsPort);
    await until(() => served.isListening(), 60_000);
    return served;
  }

  /** Its output so far. */
  get output(): string {
    return this.said.join('');
  }

  scrape(): Promise<Samples> {
    return scrape(this.metricsPort);
  }

  /** Sends it a signal, as a developer or a platform does, and waits until it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  /** Ends it with all its children. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    process.kill(-this.child.pid!, 'SIGKILL');
    await ended;
    // Its children end after it, and keep the port until then.
    await until(async () => !(await this.answers()));
  }

  /** @throws if it has ended instead */
  private isListening(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error(`the server ended at start: ${this.output}`);
    return this.answers();
  }

  /** Opens only a connection, because a request would count as an exchange. */
  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => resolve(true));
      socket.once('connect', () => socket.destroy());
    });
  }
}
