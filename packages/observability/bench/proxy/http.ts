import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { median, table } from '../stats.js';

const CALLS = 160;
const ROUNDS = 12;
/** Rounds before, until what runs is compiled. */
const WARM_UP = 6;

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SERVER = file('server.mjs');
const bin = (name: string) => file(`../../../../node_modules/.bin/${name}`);
const CLI = file('../../dist/cli.js');

const processes: ChildProcess[] = [];

/** Calls of a tool over Streamable HTTP: to the server, and through programs that stand between. */
export async function httpCalls(): Promise<string> {
  try {
    const direct = await start((port) => [SERVER, port]);
    const stdio = [process.execPath, SERVER, 'stdio'];
    const through: Record<string, (port: string) => readonly string[]> = {
      'pmcp-observability': (port) =>
        [CLI, 'proxy', 'http', '--upstream', direct, '--metrics-port', '0'].concat(
          '--listen',
          `127.0.0.1:${port}`,
        ),
      'bare node:http relay': (port) => [file('relay.mjs'), port, direct],
      'mcp-proxy': (port) =>
        [bin('mcp-proxy'), '--host', '127.0.0.1', '--port', port, '--server', 'stream'].concat(stdio),
      supergateway: (port) =>
        [bin('supergateway'), '--stdio', stdio.join(' '), '--port', port].concat(
          ...['--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none'],
        ),
    };
    const urls: Record<string, string> = { direct };
    for (const [name, args] of Object.entries(through)) urls[name] = await start(args);
    const rows = [];
    for (const concurrency of [1, 32]) rows.push(await measure(urls, concurrency));
    return table(['callTool over HTTP, ms', ...Object.keys(urls)], rows);
  } finally {
    for (const child of processes) child.kill('SIGKILL');
  }
}

/** All of them in turns, in an order that turns too. */
async function measure(urls: Record<string, string>, concurrency: number): Promise<string[]> {
  const names = Object.keys(urls);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (const name of names) for (let i = 0; i < WARM_UP; i++) await calls(urls[name]!, concurrency);
  for (let round = 0; round < ROUNDS; round++) {
    const order = names.map((_, i) => names[(i + round) % names.length]!);
    for (const name of order) times.get(name)?.push(await calls(urls[name]!, concurrency));
  }
  const row = names.map((name) => median(times.get(name) ?? []).toFixed(2));
  return [concurrency === 1 ? 'one after the other' : `${concurrency} at once`, ...row];
}

/** Milliseconds per call, from the time that all of them took. The SDK's client gets slower with each, so it is a new one. */
async function calls(url: string, concurrency: number): Promise<number> {
  const client = await connect(url);
  const start = performance.now();
  for (let done = 0; done < CALLS; done += concurrency) {
    const batch = Array.from({ length: concurrency }, () =>
      client.callTool({ name: 'echo', arguments: { message: 'hi' } }),
    );
    await Promise.all(batch);
  }
  const took = performance.now() - start;
  await client.close();
  return took / CALLS;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  return client;
}

/** Starts a program on a free port and waits until it answers there. */
async function start(program: (port: string) => readonly string[]): Promise<string> {
  const port = String(await freePort());
  const args = program(port);
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  processes.push(child);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`);
    await delay(20);
  }
  return url;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
