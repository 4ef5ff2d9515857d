import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { withSysctls } from '../kernel.js';
import type { ServerSettings } from '../server.js';
import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { crowd, STREAM } from '../wire.js';

const STREAMS = 50;
const WAIT_MS = 45_000;
/** A client that is silent for 10 s is asked three times, and is gone after 25 s. */
const SOON = {
  'net.ipv4.tcp_keepalive_time': '10',
  'net.ipv4.tcp_keepalive_intvl': '5',
  'net.ipv4.tcp_keepalive_probes': '3',
};
/** The address of clients that nothing reaches any more. */
const ROUTE = ['blackhole', '127.0.0.2/32', 'table', 'local'];

async function vanish(settings: ServerSettings): Promise<Figures> {
  const server = await startServer({ settings });
  const { wires } = await crowd(server.port, STREAMS, STREAM);
  const before = await active(server.admin);
  execFileSync('ip', ['route', 'add', ...ROUTE]);
  await wait(WAIT_MS);
  const after = await active(server.admin);
  execFileSync('ip', ['route', 'del', ...ROUTE]);
  for (const wire of wires) wire.close();
  await stop(server);
  return { before, 'after 45 s': after };
}

async function active(admin: number): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  const all = page.matchAll(/^pmcp_active_connections\{.*\} (\d+)/gm);
  return [...all].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** What `pmcp_active_connections` says about clients that vanished without a word, as with a lost network. */
export const vanished = () =>
  inTurns(
    {
      'defaults of Linux and Node': () => vanish({}),
      '`net.ipv4.tcp_keepalive_*` 10, 5, 3': () => withSysctls(SOON, () => vanish({})),
      '`keepAlive: true`, `keepAliveInitialDelay: 10_000`': () => vanish({ probeAfterMs: 10_000 }),
      both: () => withSysctls(SOON, () => vanish({ probeAfterMs: 10_000 })),
    },
    1,
  );
