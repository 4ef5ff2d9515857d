import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { freePort } from '../../../../scripts/free-port.js';
import { median, table } from '../stats.js';

const CALLS = 160;
const ROUNDS = 12;
/** Rounds before the measurement, until the code is compiled. */
const WARM_UP = 6;

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SERVER = file('server.mjs');
const bin = (name: string) => file(`../../../../node_modules/.bin/${name}`);
const CLI = file('../../dist/cli.js');

/** One tick of the clock with which Linux counts processor time. */
const TICK_MICROSECONDS = 10_000;

interface Program {
  readonly url: string;
  readonly process: ChildProcess;
}

const processes: ChildProcess[] = [];

/** Measures calls of a tool over Streamable HTTP: directly to the server, and through different proxies. */
export async function httpCalls(): Promise<string> {
  try {
    const server = await start((port) => [SERVER, port]);
    const direct = server.url;
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
    const programs: Record<string, Program> = { direct: server };
    for (const [name, args] of Object.entries(through)) programs[name] = await start(args);
    const rows = [];
    for (const concurrency of [1, 32]) rows.push(...(await measure(programs, concurrency)));
    return table(['callTool over HTTP', ...Object.keys(programs)], rows);
  } finally {
    for (const child of processes) child.kill('SIGKILL');
  }
}

/**
 * Measures all programs in turns and in a rotating order:
 * the time of a call, and the program's own processor time.
 */
async function measure(programs: Record<string, Program>, concurrency: number): Promise<string[][]> {
  const all = Object.values(programs).map((program) => ({ ...program, times: [] as number[], worked: 0 }));
  for (const { url } of all) for (let i = 0; i < WARM_UP; i++) await calls(url, concurrency);
  for (let round = 0; round < ROUNDS; round++) {
    for (const program of all.map((_, i) => all[(i + round) % all.length]!)) {
      const before = processorTime(program);
      program.times.push(await calls(program.url, concurrency));
      program.worked += processorTime(program) - before;
    }
  }
  const how = concurrency === 1 ? 'one after the other' : `${concurrency} at once`;
  return [
    [`${how}, ms`, ...all.map(({ times }) => median(times).toFixed(2))],
    [`${how}, processor time, µs`, ...all.map(({ worked }) => (worked / (ROUNDS * CALLS)).toFixed(0))],
  ];
}

/** Returns the processor time of a process in microseconds, without its children. */
function processorTime({ process: { pid } }: Program): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) * TICK_MICROSECONDS;
}

/**
 * Returns the milliseconds per call, from the total time.
 * It uses a new client, since the SDK's gets slower with each call.
 */
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
async function start(program: (port: string) => readonly string[]): Promise<Program> {
  const port = String(await freePort());
  const args = program(port);
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  processes.push(child);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`);
    await delay(20);
  }
  return { url, process: child };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
