import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.js';
import type { ServerSettings } from './server.js';

export interface Started {
  readonly process: ChildProcess;
  readonly port: number;
  readonly admin: number;
}

export interface How {
  readonly settings?: ServerSettings;
  /** What runs the program, such as `prlimit --nofile=1024:4096`. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: readonly string[];
}

const ROOM = ['--max-old-space-size=12000'];
const CLI = join(import.meta.dirname, '../../packages/observability/dist/cli.js');

function run(script: readonly string[], { under = [], env = {}, node = ROOM }: How): ChildProcess {
  const [program = '', ...args] = [...under, process.execPath, ...node, ...script];
  return spawn(program, args, {
    env: { ...process.env, PMCP_LOG: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

export async function startServer(how: How = {}): Promise<Started> {
  const script = join(import.meta.dirname, 'server.ts');
  const child = run(['--import', 'tsx', script, JSON.stringify(how.settings ?? {})], how);
  const [{ port, admin }] = (await once(child, 'message')) as [{ port: number; admin: number }];
  return { process: child, port, admin };
}

/** One port for more connections than a process may have. */
export async function startOnePort(): Promise<Started> {
  const child = run(['--import', 'tsx', join(import.meta.dirname, 'one-port.ts'), '4'], {});
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, port, admin: 0 };
}

export async function startProxy(upstream: number, how: How = {}): Promise<Started> {
  const [port, admin] = [await freePort(), await freePort()];
  const child = run(
    [
      CLI,
      'proxy',
      'http',
      ...['--upstream', `http://127.0.0.1:${upstream}`, '--listen', `127.0.0.1:${port}`],
      ...['--max-connections', '100000', '--metrics-port', String(admin)],
    ],
    how,
  );
  while (!(await fetch(`http://127.0.0.1:${admin}/health/live`).catch(() => undefined))?.ok) await wait(50);
  return { process: child, port, admin };
}

export async function stop(...all: readonly Started[]): Promise<void> {
  for (const { process: child } of all) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
