import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../../../scripts/free-port.js';

export type Way = 'cluster' | 'threads' | 'copies';

/** A server with several processes; see `test/fixtures/processes.mjs`. */
export interface Processes {
  readonly child: ChildProcess;
  readonly port: number;
  readonly stderr: string[];
  readonly warnings: readonly string[];
  /** @param toolkit the file of another version of the toolkit */
  start(toolkit?: string): Promise<void>;
  tell(server: number, what: { call?: number; stick?: number; kill?: true }): Promise<void>;
  end(): Promise<void>;
}

/** What a server warned of, but for a late event loop: a busy machine may start it that slowly. */
export function warningsIn(stderr: readonly string[]): string[] {
  return stderr.filter((line) => line.includes('"level":"warn"') && !line.includes('"check":"event_loop"'));
}

export async function startProcesses(way: Way, count: number, port?: number): Promise<Processes> {
  const metricsPort = port ?? (await freePort());
  const child = fork('test/fixtures/processes.mjs', [way], {
    env: { ...process.env, PMCP_METRICS_PORT: String(metricsPort) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stderr: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => stderr.push(line));
  const exit = once(child, 'exit');
  const answer = async () => {
    const [message] = await Promise.race([once(child, 'message'), exit]);
    if (typeof message !== 'string') throw new Error(`the processes ended: ${stderr.join('\n')}`);
  };
  await answer();
  const ask = async (what: object) => {
    child.send(what);
    await answer();
  };
  const start = (toolkit?: string) => ask({ start: true, toolkit });
  for (let i = 0; i < count; i++) await start();
  return {
    child,
    port: metricsPort,
    stderr,
    get warnings() {
      return warningsIn(stderr);
    },
    start,
    tell: (server, what) => ask({ server, ...what }),
    end: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
