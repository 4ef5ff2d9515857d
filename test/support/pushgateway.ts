import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../scripts/free-port.js';
import { requireTool } from '../../scripts/tools/index.js';
import { until } from './until.js';

export interface Pushgateway {
  readonly url: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export async function startPushgateway(): Promise<Pushgateway> {
  const { path } = await requireTool('pushgateway');
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(path, [`--web.listen-address=${address}`], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = `http://${address}`;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady);
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { url, child, stop };
}
