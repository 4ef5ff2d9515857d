import { EVERYBODY, Everybody } from '../everybody.js';
import { sockets, withSysctls } from '../kernel.js';
import { startOnePort, startProxy, startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, callTimes, crowd, STREAM } from '../wire.js';

const RANGE = 'net.ipv4.ip_local_port_range';
const range = (first: number, last: number, measure: () => Promise<Figures>) => () =>
  withSysctls({ [RANGE]: `${first} ${last}` }, measure);

/** As many connections as everybody has, from one address to one port: what a machine with proxies needs. */
async function connections(): Promise<Figures> {
  const server = await startOnePort();
  const everybody = await Everybody.come([server.port], { oneAddress: true });
  await everybody.leave();
  await stop(server);
  const open = everybody.got('404');
  return { asked: EVERYBODY, open, 'without a port': EVERYBODY - open };
}

const STREAMS = 300;

async function streams(): Promise<Figures> {
  const server = await startServer();
  const proxy = await startProxy(server.port);
  const { wires, answers } = await crowd(proxy.port, STREAMS, STREAM);
  for (const wire of wires) wire.close();
  await stop(proxy, server);
  return { asked: STREAMS, open: answers['200'] ?? 0, 'answered with 502': answers['502'] ?? 0 };
}

/** One port for each stream from the proxy to its server, and what a client of the proxy gets when there is none. */
export async function ports(): Promise<string> {
  const all = await inTurns(
    {
      '28,232 ports, the default': range(32_768, 60_999, connections),
      '49,152 ports, as the script sets': range(16_384, 65_535, connections),
    },
    1,
  );
  const proxied = await inTurns(
    {
      'through the proxy, 200 ports': range(32_768, 32_967, streams),
      'through the proxy, 400 ports': range(32_768, 33_167, streams),
    },
    1,
  );
  return `${all}\n${proxied}`;
}

const CALLS = 500;

async function calls(): Promise<Figures> {
  const server = await startServer();
  const proxy = await startProxy(server.port);
  const { wires } = await crowd(proxy.port, 50, CALL);
  const before = sockets();
  const times = await callTimes(wires, CALLS);
  const after = sockets();
  for (const wire of wires) wire.close();
  await stop(proxy, server);
  return { calls: times.length, 'more in TIME_WAIT': after.timeWait - before.timeWait };
}

/** Whether calls through the proxy leave ports behind that another setting could use again sooner. */
export const timeWait = () =>
  inTurns(
    {
      '`net.ipv4.tcp_tw_reuse` 2, the default': calls,
      '`net.ipv4.tcp_tw_reuse` 1': () => withSysctls({ 'net.ipv4.tcp_tw_reuse': '1' }, calls),
    },
    2,
  );
