import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { quantile, table } from '../../../packages/observability/bench/stats.js';
import { usageOf } from '../../sizing/process.js';
import { sockets } from '../kernel.js';
import { type Started, startServer, stop } from '../started.js';
import { CALL, callTimes, crowd } from '../wire.js';

/** Where a process may have 20,000 descriptors, 50,000 connections need three servers. */
const SERVERS = 3;
const IDLE = 16_300;
const STREAMS = 400;
const MIB = 2 ** 20;

interface Crowd {
  readonly idle: number;
  readonly streams: number;
}

async function come({ port }: Started): Promise<Crowd> {
  const child = fork(join(import.meta.dirname, '../crowd.ts'), [port, IDLE, STREAMS].map(String), {
    execArgv: ['--import', 'tsx'],
  });
  const [crowd] = (await once(child, 'message')) as [Crowd];
  return crowd;
}

async function row(what: string, servers: readonly Started[], crowds: readonly Crowd[]) {
  const { wires } = await crowd(servers[0]!.port, 20, CALL);
  const times = await callTimes(wires, 200);
  for (const wire of wires) wire.close();
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const usages = servers.map(({ process: { pid } }) => usageOf(pid!));
  return [
    what,
    sum(crowds.map(({ idle }) => idle)),
    sum(crowds.map(({ streams }) => streams)),
    sum(usages.map(({ openFiles }) => openFiles)),
    Math.round(sum(usages.map(({ residentBytes }) => residentBytes)) / MIB),
    Math.round(sockets().bytes / MIB),
    quantile(times, 0.5).toFixed(1),
    quantile(times, 0.99).toFixed(1),
  ];
}

/** What 50,000 connections to one machine take: most are idle, the others are streams. */
export async function many(): Promise<string> {
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer()));
  const rows = [await row('nobody', servers, [])];
  rows.push(await row('all', servers, await Promise.all(servers.map(come))));
  await stop(...servers);
  const head = [
    '',
    'idle',
    'streams',
    'open files',
    'memory, MiB',
    'buffers of TCP, MiB',
    'call p50, ms',
    'p99, ms',
  ];
  return `${table(head, rows)}\n\nAt a load of ${loadavg()[0]?.toFixed(0)}.\n`;
}
