import { sockets, withSysctls } from '../kernel.js';
import { startProxy, startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, callTimes, crowd, STREAM } from '../wire.js';

const STREAMS = 300;

/** The kernel gives the proxy no port that a client has asked for, so clients ask for ports outside the range. */
async function streams(): Promise<Figures> {
  const server = await startServer();
  const proxy = await startProxy(server.port);
  const { wires, answers } = await crowd(proxy.port, STREAMS, STREAM, 0, 10_000);
  for (const wire of wires) wire.close();
  await stop(proxy, server);
  return {
    streams: STREAMS,
    open: answers['200'] ?? 0,
    'answered with 502': answers['502'] ?? 0,
  };
}

/** One port for each stream from the proxy to its server: a hundredth of what machines have, and of the streams. */
export const ports = () =>
  inTurns(
    {
      '200 ports': () => withSysctls({ 'net.ipv4.ip_local_port_range': '32768 32967' }, streams),
      '400 ports': () => withSysctls({ 'net.ipv4.ip_local_port_range': '32768 33167' }, streams),
    },
    2,
  );

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
