import { setTimeout as wait } from 'node:timers/promises';
import { Everybody, startServers } from '../everybody.js';
import { startNginx } from '../nginx.js';
import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, crowd } from '../wire.js';

const CONNECTIONS = 100;
/** What Node has as its default. Calls come when connections are as old. */
const NODE_MS = 5_000;
const ROUNDS = 4;
const IDLE_MS = 8_000;

/** nginx keeps a connection for 60 s. The server closes it after 5 s, or after 65 s. */
async function calls(keepAliveTimeout: number): Promise<Figures> {
  const server = await startServer({ settings: { keepAliveTimeout } });
  const nginx = await startNginx(server.port);
  const { wires } = await crowd(nginx.port, CONNECTIONS, CALL);
  const sums = { calls: 0, ok: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // All at once, so that each has a connection of its own to the server.
    await Promise.all(wires.map((wire) => wire.send(CALL)));
    await wait(NODE_MS - 60);
    const answers = await Promise.all(
      wires.map(async (wire, i) => {
        await wait((i * 120) / CONNECTIONS);
        // A tool computes, as tools do.
        if (i % 25 === 0) server.process.send({ busyMs: 20 });
        return wire.send(CALL);
      }),
    );
    sums.calls += answers.length;
    sums.ok += answers.filter((answer) => answer === '200').length;
  }
  for (const wire of wires) wire.close();
  await nginx.stop();
  await stop(server);
  return { calls: sums.calls, failed: sums.calls - sums.ok };
}

/** Everybody says hello, and is then idle for longer than Node allows by itself. */
async function idle(keepAliveTimeout: number): Promise<Figures> {
  const servers = await startServers({ settings: { keepAliveTimeout } });
  const everybody = await Everybody.come(servers.map(({ port }) => port));
  await wait(IDLE_MS);
  const connected = await everybody.connected();
  await everybody.leave();
  await stop(...servers);
  return { clients: everybody.got('404'), [`still connected after ${IDLE_MS / 1000} s`]: connected };
}

const variants = (measure: (keepAliveTimeout: number) => Promise<Figures>) =>
  inTurns(
    {
      '`keepAliveTimeout` 5 s, the default of Node': () => measure(NODE_MS),
      '`keepAliveTimeout` 65 s': () => measure(65_000),
    },
    1,
  );

/** What idle connections live through, and what calls do that come just when the server closes them. */
export const keepAlive = async () => `${await variants(idle)}\n${await variants(calls)}`;
