import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { scrape } from '../support/exposition.js';
import { CLI } from '../support/proxy.js';
import type { Exchanges } from './compare.js';

/** The servers, by the version of their SDK. */
export type ServerName = 'v1' | 'v2';

/** How a server is watched. */
export type Wiring = 'bare' | 'observe(server)' | 'observe(handler)' | 'register' | 'proxy';

const COUNTER = join(import.meta.dirname, 'counter.mjs');
const PRELOADS = ['--import', COUNTER];

/** A server for the suite, with all its processes. */
export interface Target {
  readonly url: string;
  /** Returns the exchanges according to the independent counter. `open` is the number of unfinished ones. */
  counted(): Promise<{ exchanges: Exchanges; open: number }>;
  /** Returns the exchanges according to the toolkit. Undefined without the toolkit. */
  reported(): Promise<Exchanges | undefined>;
  stop(): Promise<void>;
}

export async function startTarget(server: ServerName, wiring: Wiring): Promise<Target> {
  if (wiring !== 'proxy') return inProcess(server, wiring);
  const upstream = await inProcess(server, 'bare');
  const where = [
    '--upstream',
    new URL(upstream.url).origin,
    '--listen',
    '127.0.0.1:0',
    '--metrics-port',
    '0',
  ];
  const proxy = start(CLI, ['proxy', 'http', ...where], PRELOADS);
  const [listening, metrics] = await ports(proxy, 2);
  const target = reachedAt(proxy, listening!, Promise.resolve(metrics!));
  return {
    ...target,
    stop: async () => {
      await target.stop();
      await upstream.stop();
    },
  };
}

async function inProcess(server: ServerName, wiring: Exclude<Wiring, 'proxy'>): Promise<Target> {
  const script = join(import.meta.dirname, `servers/${server}.mjs`);
  const register = wiring === 'register' ? ['--import', '@pmcp/observability/register'] : [];
  const observed = /^observe\((.*)\)$/.exec(wiring)?.[1];
  const child = start(
    script,
    [],
    [...PRELOADS, ...register],
    observed === undefined ? {} : { WIRING: observed },
  );
  const metrics = wiring === 'bare' ? undefined : ports(child, 1).then(([port]) => port!);
  const [{ mcp }] = (await once(child, 'message')) as [{ mcp: number }];
  return reachedAt(child, mcp, metrics);
}

function start(
  script: string,
  args: string[],
  execArgv: string[],
  env: Record<string, string> = {},
): ChildProcess {
  return fork(script, args, {
    execArgv,
    env: { ...process.env, PMCP_METRICS_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Returns the first ports that the toolkit reports in its log. */
async function ports(child: ChildProcess, count: number): Promise<number[]> {
  const found: number[] = [];
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended at start: ${said.join('\n')}`)));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      said.push(line);
      const port = /"port":(\d+)/.exec(line)?.[1];
      if (port && found.push(Number(port)) === count) resolve();
    });
  });
  return found;
}

/** @param metrics the toolkit's port, which it may open only once it finds a server */
function reachedAt(child: ChildProcess, port: number, metrics: Promise<number> | undefined): Target {
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async counted() {
      child.send('exchanges');
      const [{ exchanges, open }] = await once(child, 'message');
      return { exchanges: new Map(Object.entries<number>(exchanges)), open };
    },
    reported: async () => metrics && exchangesIn(await scrape(await metrics)),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const SERIES = /^pmcp_http_exchanges_total\{.*http_method="([^"]*)".*status="([^"]*)"/;

/**
 * Returns the exchanges. If the client disconnected before the response's head, an exchange has no status.
 */
function exchangesIn(samples: ReadonlyMap<string, number>): Exchanges {
  const exchanges = new Map<string, number>();
  for (const [series, value] of samples) {
    const [, method, status] = SERIES.exec(series) ?? [];
    if (method === undefined || value === 0) continue;
    const exchange = `${method} ${status || 'gone'}`;
    exchanges.set(exchange, (exchanges.get(exchange) ?? 0) + value);
  }
  return exchanges;
}
