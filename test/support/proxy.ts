import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { announcedPort } from './stdio.js';

export const CLI = join(import.meta.dirname, '../../packages/observability/dist/cli.js');

/** The command of the proxy, to put before the command of a stdio server. */
export const THROUGH_PROXY = [process.execPath, CLI, 'proxy', 'stdio', '--'];

/** Returns the path of an official server, by the name of its package. */
export function officialServer(name: 'everything' | 'filesystem' | 'memory'): string {
  const manifest = createRequire(import.meta.url).resolve(
    `@modelcontextprotocol/server-${name}/package.json`,
  );
  return join(dirname(manifest), 'dist/index.js');
}

export function start(
  command: readonly string[],
  env: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const [file = '', ...args] = command;
  return spawn(file, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
}

/** Starts the proxy with its metrics on a free port. */
export async function startObserved(
  server: readonly string[],
): Promise<{ proxy: ChildProcessWithoutNullStreams; port: number }> {
  const proxy = start([...THROUGH_PROXY, ...server], { PMCP_METRICS_PORT: '0' });
  return { proxy, port: await announcedPort(proxy.stderr) };
}

export function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** Returns whether a process runs. A zombie process does not. */
export function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
