import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CLI } from './proxy.js';

export interface RunningProxy {
  readonly child: ChildProcess;
  readonly url: string;
  /** The port of its metrics. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the HTTP proxy in front of a server, on two free ports. */
export function startHttpProxy(
  upstream: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  const where = ['--upstream', upstream, '--listen', '127.0.0.1:0', '--metrics-port', '0'];
  return runHttpProxy(['proxy', 'http', ...where, ...flags], env);
}

/** Starts the HTTP proxy with the given arguments. */
export async function runHttpProxy(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = once(child, 'exit');
  const ports: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const said: string[] = [];
    void ended.then(() => reject(new Error(`the proxy ended at start: ${said.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const port = /"port":(\d+)/.exec(line)?.[1];
      if (port && ports.push(Number(port)) === 2) resolve();
    });
  });
  const [listening = 0, port = 0] = ports;
  const scheme = args.includes('--tls-cert') ? 'https' : 'http';
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, url: `${scheme}://127.0.0.1:${listening}`, port, stop };
}
