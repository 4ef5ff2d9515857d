import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as SessionClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { envoy } from '../support/envoy.js';
import { scrape } from '../support/exposition.js';
import { HAPROXY } from '../support/haproxy.js';
import { connectClient } from '../support/http-server.js';
import { NGINX } from '../support/nginx.js';
import { until } from '../support/until.js';

const FOLDER = join(import.meta.dirname, '../../examples/load-balancing');
const ENGINES = {
  nginx: {
    extension: 'conf',
    status: { port: 8081, path: '/status', shows: /Active connections: \d+/ },
    check: (file: string, folder: string) => [NGINX!, '-t', '-q', '-c', file, '-p', folder],
    run: (file: string, folder: string) => [NGINX!, '-c', file, '-p', folder, '-g', 'daemon off;'],
  },
  haproxy: {
    extension: 'cfg',
    status: { port: 8405, path: '/metrics', shows: /^haproxy_server_http_responses_total\{/m },
    check: (file: string) => [HAPROXY!, '-c', '-q', '-f', file],
    run: (file: string) => [HAPROXY!, '-db', '-f', file],
  },
  envoy: {
    extension: 'yaml',
    status: { port: 9901, path: '/stats/prometheus', shows: /^envoy_cluster_upstream_rq\{/m },
    check: (file: string) => [envoy(), '--mode', 'validate', '--log-level', 'error', '-c', file],
    run: (file: string) => [envoy(), '--log-level', 'error', '--concurrency', '1', '-c', file],
  },
} as const;
type Engine = keyof typeof ENGINES;

const STATELESS = ['round-robin', 'least-connections', 'weighted-random'] as const;
const STRATEGIES = [...STATELESS, 'sessions'] as const;
type Strategy = (typeof STRATEGIES)[number];

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

let children = new Children(() => {});
afterEach(async () => {
  await children.stop();
  children = new Children(() => {});
});

/** Three servers behind a balancer. */
interface Set {
  readonly url: (path: string) => URL;
  readonly metrics: Readonly<Record<Name, number>>;
  /** The port on which the balancer shows its own state. */
  readonly status: number;
  readonly kill: (name: Name, signal: NodeJS.Signals) => void;
  /** How often each call began. */
  readonly begun: () => Map<string, number>;
}

async function start(
  engine: Engine,
  strategy: Strategy,
  delays: Partial<Record<Name, number>> = {},
): Promise<Set> {
  const folder = temporaryFolder('balancer');
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  // The ports of the shipped file, each with a free one in its place.
  const ports = new Map<number, number>();
  for (const port of [3001, 3002, 3003, 9091, 9092, 9093, 8080, 8081, 8405, 9901])
    ports.set(port, await freePort());
  const servers = NAMES.map((name, i) =>
    children.start(name, process.execPath, [join(import.meta.dirname, 'servers/balanced.mjs')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        ...{ NAME: name, CALLS: calls, DELAY_MS: String(delays[name] ?? 5) },
        ...{ PORT: String(ports.get(3001 + i)), PMCP_METRICS_PORT: String(ports.get(9091 + i)) },
      },
    }),
  );
  const { extension, run } = ENGINES[engine];
  const file = join(folder, `balancer.${extension}`);
  const shipped = readFileSync(join(FOLDER, engine, `${strategy}.${extension}`), 'utf8');
  const text = shipped.replace(/(?<=[:\s])(300[123]|909[123]|8080|8081|8405|9901)\b/g, (port) =>
    String(ports.get(Number(port))),
  );
  writeFileSync(
    file,
    engine === 'nginx' ? `pid ${folder}/pid; error_log ${folder}/error.log;\n${text}` : text,
  );
  await Promise.all(NAMES.map((_, i) => answers(`http://127.0.0.1:${ports.get(9091 + i)}/health/ready`)));
  await Promise.all(NAMES.map((_, i) => answers(`http://127.0.0.1:${ports.get(3001 + i)}/mcp`)));
  const [program = '', ...args] = run(file, folder);
  children.start(engine, program, args, { stdio: 'ignore' });
  const base = `http://127.0.0.1:${ports.get(8080)}`;
  await answers(`${base}/mcp`);
  return {
    url: (path) => new URL(path, base),
    metrics: { a: ports.get(9091)!, b: ports.get(9092)!, c: ports.get(9093)! },
    status: ports.get(ENGINES[engine].status.port)!,
    kill: (name, signal) => servers[NAMES.indexOf(name)]!.kill(signal),
    begun: () => {
      const counts = new Map<string, number>();
      for (const line of readFileSync(calls, 'utf8').trim().split('\n')) {
        const id = line.split(' ')[1] ?? '';
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return counts;
    },
  };
}

const answers = (url: string) =>
  until(
    () =>
      fetch(url).then(
        ({ status }) => status < 500,
        () => false,
      ),
    60_000,
  );

type Caller = Pick<SessionClient, 'close'> & {
  callTool(call: { name: string; arguments: { id: string } }): Promise<unknown>;
};

let calls = 0;
const call = (client: Caller) =>
  client.callTool({ name: 'who', arguments: { id: `call-${calls++}` } }).then(
    () => true,
    () => false,
  );

/** Calls as often as asked, by ten clients at once, and returns how many failed. */
async function load({ url }: Set, count: number, during: (done: number) => void = () => {}): Promise<number> {
  const clients: Caller[] = await Promise.all(Array.from({ length: 10 }, () => connectClient(url('/mcp'))));
  let [left, done, failed] = [count, 0, 0];
  const work = async (client: Caller) => {
    while (left-- > 0) {
      if (!(await call(client))) failed++;
      during(++done);
    }
  };
  await Promise.all(clients.map(work));
  await Promise.all(clients.map((client) => client.close()));
  return failed;
}

async function enter({ url }: Set): Promise<Caller | undefined> {
  const client = new SessionClient({ name: 'tester', version: '1.0.0' });
  return client.connect(new StreamableHTTPClientTransport(url('/sessions')) as never).then(
    () => client as Caller,
    () => undefined,
  );
}

/** The share of the calls of each server, by what the servers count themselves. */
async function shares({ metrics }: Set): Promise<Record<Name, number>> {
  const counts = await Promise.all(
    NAMES.map(
      async (name) =>
        (await scrape(metrics[name])).get(
          'pmcp_requests_total{method="tools/call",name="who",outcome="ok"}',
        ) ?? 0,
    ),
  );
  const all = counts.reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(NAMES.map((name, i) => [name, counts[i]! / all])) as Record<Name, number>;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const rows: string[] = [];

it('finds nginx and HAProxy: apt-get install nginx haproxy', () => {
  expect([NGINX, HAPROXY]).toEqual([expect.any(String), expect.any(String)]);
});

describe.each(Object.keys(ENGINES) as Engine[])('%s', (engine) => {
  it.each(STRATEGIES)('accepts the shipped configuration for %s', (strategy) => {
    const { extension, check } = ENGINES[engine];
    const folder = temporaryFolder('check');
    const [program = '', ...args] = check(join(FOLDER, engine, `${strategy}.${extension}`), folder);
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    expect([status, stderr.replace(/.*\b(could not open error log file|pid).*\n/g, '')]).toEqual([0, '']);
  });

  it.each(STATELESS)(
    'shares the calls of clients without sessions by %s, of which one server is slow',
    async (strategy) => {
      const set = await start(engine, strategy, { c: 1_000 });
      const count = 200;
      expect(await load(set, count)).toBe(0);
      const share = await shares(set);
      rows.push(
        `${engine} ${strategy}: a ${percent(share.a)}, b ${percent(share.b)}, slow c ${percent(share.c)}`,
      );
      if (strategy === 'least-connections') expect(share.c).toBeLessThan(0.25);
      // Five times the standard deviation of a fair choice by chance, which a fair turn never comes near.
      else
        for (const name of NAMES)
          expect(Math.abs(share[name] - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / count));
    },
  );

  it.each(STRATEGIES)('does to clients with sessions what the page says: %s', async (strategy) => {
    const set = await start(engine, strategy);
    const clients = await Promise.all(Array.from({ length: 12 }, () => enter(set)));
    const results = await Promise.all(
      clients.map(async (client) => {
        if (!client) return 10;
        let failed = 0;
        for (let i = 0; i < 10; i++) if (!(await call(client))) failed++;
        return failed;
      }),
    );
    const failed = results.reduce((sum, count) => sum + count, 0);
    const share = await shares(set);
    rows.push(
      `${engine} ${strategy}: ${clients.filter(Boolean).length} of 12 opened, ${failed} of 120 calls failed`,
    );
    if (strategy !== 'sessions') expect(failed).toBeGreaterThan(40);
    else {
      expect(failed).toBe(0);
      for (const name of NAMES) expect(share[name]).toBeGreaterThan(0.1);
    }
    await Promise.all(clients.map((client) => client?.close()));
  });

  it('goes on with two servers when one dies, and repeats no call that was sent', async () => {
    const set = await start(engine, 'least-connections');
    const failed = await load(set, 600, (done) => done === 150 && set.kill('a', 'SIGKILL'));
    rows.push(`${engine} dies: ${failed} of 600 calls failed`);
    // Those that it had at that moment.
    expect(failed).toBeLessThanOrEqual(10);
    expect([...set.begun().values()].filter((count) => count > 1)).toEqual([]);
  });

  it('keeps the sessions of the other servers when one dies, and its clients can open new ones', async () => {
    const set = await start(engine, 'sessions');
    const clients = await Promise.all(Array.from({ length: 9 }, () => enter(set)));
    set.kill('a', 'SIGKILL');
    await until(() =>
      fetch(`http://127.0.0.1:${set.metrics.a}/`).then(
        () => false,
        () => true,
      ),
    );
    const alive = await Promise.all(clients.map((client) => call(client!)));
    rows.push(`${engine} sessions, one dies: ${alive.filter(Boolean).length} of 9 sessions go on`);
    expect(alive.filter(Boolean).length).toBeGreaterThanOrEqual(4);
    expect(alive.filter(Boolean).length).toBeLessThan(9);
    const again = await Promise.all(Array.from({ length: 4 }, () => enter(set)));
    expect(await Promise.all(again.map((client) => call(client!)))).toEqual([true, true, true, true]);
    await Promise.all([...clients, ...again].map((client) => client?.close()));
  });

  it('loses no call that was in flight when a server drains', async () => {
    const set = await start(engine, 'round-robin', { a: 40, b: 40, c: 40 });
    const failed = await load(set, 400, (done) => done === 100 && set.kill('b', 'SIGTERM'));
    rows.push(`${engine} drains: ${failed} of 400 calls failed`);
    expect(failed).toBeLessThanOrEqual(2);
    expect([...set.begun().values()].filter((count) => count > 1)).toEqual([]);
  });

  it('shows what it does itself', async () => {
    const { path, shows } = ENGINES[engine].status;
    const { status } = await start(engine, 'round-robin');
    expect(await (await fetch(`http://127.0.0.1:${status}${path}`)).text()).toMatch(shows);
  });
});

afterEach(() => {
  for (const row of rows.splice(0)) process.stdout.write(`${row}\n`);
});
