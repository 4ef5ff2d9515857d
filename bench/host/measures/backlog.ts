import { quantile } from '../../../packages/observability/bench/stats.js';
import { EVERYBODY, Everybody, startServers } from '../everybody.js';
import { counted, withSysctls } from '../kernel.js';
import { stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';

const PATIENCE_MS = 20_000;

/** Everybody comes back at once, for example after a gateway has started again. */
async function storm(backlog: number): Promise<Figures> {
  const servers = await startServers({ settings: { backlog } });
  const before = counted();
  const ports = servers.map(({ port }) => port);
  const everybody = await Everybody.come(ports, { atOnce: EVERYBODY, patienceMs: PATIENCE_MS });
  const after = counted();
  await everybody.leave();
  await stop(...servers);
  const more = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  return {
    answered: everybody.got('404'),
    'p50, ms': Math.round(quantile(everybody.times, 0.5)),
    'p99, ms': Math.round(quantile(everybody.times, 0.99)),
    'dropped by a full backlog': more('ListenOverflows'),
    'asked again': more('TCPSynRetrans'),
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
      'backlog and `net.core.somaxconn` 16,384': under({ 'net.core.somaxconn': '16384' }, 16_384),
      'backlog 511, `net.core.somaxconn` 65,535': under({ 'net.core.somaxconn': '65535' }, 511),
      'backlog 511, `net.ipv4.tcp_max_syn_backlog` 65,535': under(
        { 'net.ipv4.tcp_max_syn_backlog': '65535' },
        511,
      ),
    },
    1,
  );
