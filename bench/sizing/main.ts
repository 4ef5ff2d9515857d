/**
 * Measures what sessions cost: memory, CPU and open files of a real server with real clients, without the
 * toolkit, with it, and of the proxy in front of it. `npm run bench:sizing -- --sessions 1000` needs Linux,
 * and takes a minute and a half.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../../scripts/free-port.js';
import { Clients } from './clients.js';
import { type Usage, usageOf } from './process.js';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '200' },
  },
});
const [sessions, seconds, rate] = [values.sessions, values.seconds, values.rate].map(Number) as [
  number,
  number,
  number,
];

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
}

const CLI = join(import.meta.dirname, '../../packages/observability/dist/cli.js');
const QUIET = { ...process.env, PMCP_LOG: 'warn' };

async function server(kind: string): Promise<Started> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind], {
    execArgv: ['--import', 'tsx'],
    env: QUIET,
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, port };
}

async function proxy(upstream: number): Promise<Started> {
  const [port, admin] = [await freePort(), await freePort()];
  const args = [
    'proxy',
    'http',
    '--upstream',
    `http://127.0.0.1:${upstream}`,
    '--listen',
    `127.0.0.1:${port}`,
    '--max-connections',
    String(4 * sessions),
  ];
  const child = fork(CLI, [...args, '--metrics-port', String(admin)], { env: QUIET });
  while (!(await fetch(`http://127.0.0.1:${admin}/health/live`).catch(() => undefined))?.ok) await wait(50);
  return { process: child, port };
}

interface Row {
  readonly name: string;
  readonly empty: Usage;
  readonly full: Usage;
  readonly idleCpu: number;
  readonly callCpu: number;
}

/** Measures the watched process while clients connect to a port. */
async function measured(name: string, watched: ChildProcess, port: number): Promise<Row> {
  const pid = watched.pid!;
  const clients = new Clients(new URL(`http://127.0.0.1:${port}/mcp`));
  // The first requests compile what all others run.
  await clients.open(10);
  await clients.call(rate, 2);
  const empty = usageOf(pid);
  await clients.open(sessions);
  await clients.call(rate, 2);
  const before = usageOf(pid);
  await wait(seconds * 1000);
  const idle = usageOf(pid);
  const calls = await clients.call(rate, seconds);
  const full = usageOf(pid);
  await clients.close();
  const idleCpu = (idle.cpuSeconds - before.cpuSeconds) / seconds;
  return { name, empty, full, idleCpu, callCpu: (full.cpuSeconds - idle.cpuSeconds) / calls };
}

async function stopped({ process: child }: Started): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function round(name: string, kind: string, behindProxy: boolean): Promise<Row> {
  const started = await server(kind);
  const front = behindProxy ? await proxy(started.port) : undefined;
  try {
    const { process: watched, port } = front ?? started;
    return await measured(name, watched, port);
  } finally {
    if (front) await stopped(front);
    await stopped(started);
  }
}

const MIB = 1024 * 1024;

function line({ name, empty, full, idleCpu, callCpu }: Row): string {
  const perThousand = ((full.residentBytes - empty.residentBytes) / (sessions - 10)) * 1000;
  const cells = [
    name,
    `${Math.round(empty.residentBytes / MIB)} MiB`,
    `${Math.round(full.residentBytes / MIB)} MiB`,
    `${Math.round(perThousand / MIB)} MiB`,
    `${full.openFiles}`,
    `${(idleCpu * 100).toFixed(1)} %`,
    `${(callCpu * 1000).toFixed(2)} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}

process.stdout.write(`${sessions} sessions, each with an open stream; ${rate} calls a second; Node ${process.version}

| | 10 sessions | all sessions | per 1,000 sessions | open files | CPU while idle | CPU per call |
| --- | --- | --- | --- | --- | --- | --- |
`);
for (const [name, kind, behindProxy] of [
  ['server without the toolkit', 'bare', false],
  ['server with `observe`', 'observed', false],
  ['proxy in front of a server', 'bare', true],
] as const)
  process.stdout.write(`${line(await round(name, kind, behindProxy))}\n`);
process.exit();
