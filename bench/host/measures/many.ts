import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../../../packages/observability/bench/stats.js';
import { usageOf } from '../../sizing/process.js';
import { EVERYBODY, Everybody, startServers } from '../everybody.js';
import { sockets, withSysctls } from '../kernel.js';
import { lose, prepareLoss } from '../lost.js';
import { type Started, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { addressOf, CALL, callTimes, crowd, PER_ADDRESS } from '../wire.js';

const MIB = 2 ** 20;
/** So many have a real session of the SDK with an open stream, each of which costs the server 3 ms. The others are idle. */
const STREAMS = 12_000;
const IDLE_MS = 30_000;
/** Eight tries take 102 s, and the SDK writes into a stream every 15 s. */
const AFTER_TRIES_S = 125;
/** Node has a client asked after this much silence, and then ten times more, each a second later: by then it is gone. */
const PROBE_AFTER_MS = 10_000;
const AFTER_PROBES_S = 60;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** What `pmcp_active_connections` says, which the autoscaler reads. */
async function active(servers: readonly Started[]): Promise<number> {
  const counts = servers.map(async ({ admin }) => {
    const page = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
    const all = page.matchAll(/^pmcp_active_connections\{.*\} (\d+)/gm);
    return sum([...all].map(([, count]) => Number(count)));
  });
  return sum(await Promise.all(counts));
}

const used = (servers: readonly Started[]) => servers.map(({ process: { pid } }) => usageOf(pid!));

async function figures(servers: readonly Started[], everybody?: Everybody): Promise<Figures> {
  const counted = await active(servers);
  const before = sum(used(servers).map(({ cpuSeconds }) => cpuSeconds));
  await wait(IDLE_MS);
  const usages = used(servers);
  const cores = ((sum(usages.map(({ cpuSeconds }) => cpuSeconds)) - before) / IDLE_MS) * 1000;
  const { wires } = await crowd(servers[0]!.port, 20, CALL, { nth: EVERYBODY });
  const times = await callTimes(wires, 200);
  for (const wire of wires) wire.close();
  return {
    'clients connected': (await everybody?.connected()) ?? 0,
    'streams counted': counted,
    'open files of a server': Math.max(...usages.map(({ openFiles }) => openFiles)),
    'memory of a server, MiB': Math.round(Math.max(...usages.map((usage) => usage.residentBytes)) / MIB),
    'buffers of TCP, MiB': Math.round(sockets().bytes / MIB),
    'cores of all servers, idle': cores,
    'call p50, ms': quantile(times, 0.5),
    'p99, ms': quantile(times, 0.99),
  };
}

const openFiles = (servers: readonly Started[]) => sum(used(servers).map((usage) => usage.openFiles));

/** How many are still counted of the clients of an address, after nothing reaches that address any more. */
async function vanish(
  servers: readonly Started[],
  everybody: Everybody,
  nth: number,
  seconds: number,
): Promise<Figures> {
  const counted = await active(servers);
  const files = openFiles(servers);
  lose(addressOf(nth));
  await wait(seconds * 1000);
  return {
    vanished: PER_ADDRESS,
    'streams counted': counted,
    'open files': files,
    'later, s': seconds,
    'streams counted then': await active(servers),
    'open files then': openFiles(servers),
    // What the servers tell those who vanished is lost, too.
    'others who saw an end': EVERYBODY - (await everybody.connected()),
  };
}

/** What 50,000 clients take, and who is still counted when 10,000 of them are lost, 3,000 of those with a stream. */
export async function many(): Promise<string> {
  prepareLoss();
  const servers = await startServers({ settings: { probeAfterMs: PROBE_AFTER_MS } });
  const ports = servers.map(({ port }) => port);
  let everybody!: Everybody;
  const taken = await inTurns(
    {
      nobody: () => figures(servers),
      everybody: async () => {
        everybody = await Everybody.come(ports, { streams: STREAMS });
        return figures(servers, everybody);
      },
    },
    1,
  );
  const lost = await inTurns(
    {
      '`keepAlive` of Node after 10 s': () => vanish(servers, everybody, 0, AFTER_PROBES_S),
      // It counts for those of the first turn, too, who are still there.
      '`net.ipv4.tcp_retries2` 8': () =>
        withSysctls({ 'net.ipv4.tcp_retries2': '8' }, () =>
          vanish(servers, everybody, PER_ADDRESS, AFTER_TRIES_S),
        ),
    },
    1,
  );
  await everybody.leave();
  await stop(...servers);
  return `${taken}\n${lost}`;
}
