import { quantile } from '../../../packages/observability/bench/stats.js';
import { usageOf } from '../../sizing/process.js';
import { withSysctls } from '../kernel.js';
import { type How, startProxy, startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, callTimes, crowd } from '../wire.js';

const CALLS = 1_000;

async function calls(how: How = {}): Promise<Figures> {
  const server = await startServer(how);
  const proxy = await startProxy(server.port, how);
  const { wires } = await crowd(proxy.port, 50, CALL);
  await callTimes(wires, 300);
  const cpu = () => [server, proxy].reduce((sum, { process: { pid } }) => sum + usageOf(pid!).cpuSeconds, 0);
  const before = cpu();
  const times = await callTimes(wires, CALLS);
  const used = cpu() - before;
  for (const wire of wires) wire.close();
  await stop(proxy, server);
  return {
    'processor of a call, ms': (used / times.length) * 1000,
    'p50, ms': quantile(times, 0.5),
    'p90, ms': quantile(times, 0.9),
    'p99, ms': quantile(times, 0.99),
  };
}

const LARGE = { 'net.ipv4.tcp_rmem': '4096 1048576 67108864', 'net.ipv4.tcp_wmem': '4096 1048576 67108864' };

/** What is often advised, and calls through the proxy. */
export const others = () =>
  inTurns(
    {
      defaults: () => calls(),
      '`UV_THREADPOOL_SIZE` 16': () => calls({ env: { UV_THREADPOOL_SIZE: '16' } }),
      '`net.ipv4.tcp_rmem`, `tcp_wmem` from 1 MiB to 64 MiB': () => withSysctls(LARGE, () => calls()),
      '`net.ipv4.tcp_slow_start_after_idle` 0': () =>
        withSysctls({ 'net.ipv4.tcp_slow_start_after_idle': '0' }, () => calls()),
      '`net.ipv4.tcp_fin_timeout` 15': () => withSysctls({ 'net.ipv4.tcp_fin_timeout': '15' }, () => calls()),
    },
    2,
  );
