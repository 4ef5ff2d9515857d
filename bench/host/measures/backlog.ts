import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../../../packages/observability/bench/stats.js';
import { counted, withSysctls } from '../kernel.js';
import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { HELLO, Wire } from '../wire.js';

/** How many clients come back at once, for example after a gateway has started again. */
const CLIENTS = 3_000;
/** How long a tool computes meanwhile. */
const BUSY_MS = 500;
/** How long the clients wait for their answers. */
const PATIENCE_MS = 15_000;

async function storm(backlog: number): Promise<Figures> {
  const server = await startServer({ settings: { backlog } });
  const before = counted();
  server.process.send({ busyMs: BUSY_MS });
  await once(server.process, 'message');
  const begin = performance.now();
  const late = wait(PATIENCE_MS, Number.POSITIVE_INFINITY);
  const wires: Wire[] = [];
  const one = async () => {
    const wire = await Wire.open(server.port);
    wires.push(wire);
    await wire.send(HELLO);
    return performance.now() - begin;
  };
  const times = await Promise.all(
    Array.from({ length: CLIENTS }, () => Promise.race([one().catch(() => late), late])),
  );
  const after = counted();
  for (const wire of wires) wire.close();
  await stop(server);
  const more = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  const answered = times.filter((time) => time < PATIENCE_MS);
  return {
    answered: answered.length,
    'p50, ms': Math.round(quantile(answered, 0.5)),
    'p99, ms': Math.round(quantile(answered, 0.99)),
    'dropped by a full backlog': more('ListenOverflows'),
    'SYN cookies': more('SyncookiesSent'),
  };
}

const under = (sysctls: Readonly<Record<string, string>>, backlog: number) => () =>
  withSysctls(sysctls, () => storm(backlog));

export const backlog = () =>
  inTurns(
    {
      'backlog 511, as Node asks': under({}, 511),
      'backlog 4,096': under({}, 4_096),
      'backlog 4,096, `net.core.somaxconn` 128': under({ 'net.core.somaxconn': '128' }, 4_096),
      'backlog 511, `net.core.somaxconn` 65,535': under({ 'net.core.somaxconn': '65535' }, 511),
      'backlog 511, `net.ipv4.tcp_max_syn_backlog` 65,535': under(
        { 'net.ipv4.tcp_max_syn_backlog': '65535' },
        511,
      ),
    },
    2,
  );
