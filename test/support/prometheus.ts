import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTool } from '../../scripts/tools/index.js';
import { until } from './until.js';

/** A real Prometheus on loopback, with a database of its own in a temporary folder. */
export interface Prometheus {
  readonly url: string;
  /** Asks the HTTP API, e.g. `query?query=up`, and gives the `data` of its answer. */
  api<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** @param targets host and port of each target, scraped every second by one job */
export async function startPrometheus(targets: readonly string[]): Promise<Prometheus> {
  const { path } = await requireTool('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, configFor(targets));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    path,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://${address}`;
  await until(
    () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    30_000,
  );
  return { url, api: (query) => api(url, query), stop: () => stop(child, folder) };
}

function configFor(targets: readonly string[]): string {
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'pmcp', static_configs: [{ targets }] }],
  });
}

async function api<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const { data, error } = (await response.json()) as { data: T; error?: string };
  if (error) throw new Error(`${path}: ${error}`);
  return data;
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  await rm(folder, { recursive: true });
}

/** Prometheus can't report a port that it chose itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
