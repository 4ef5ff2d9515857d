import { setTimeout as wait } from 'node:timers/promises';
import { startNginx } from '../nginx.js';
import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, crowd } from '../wire.js';

const CONNECTIONS = 100;
/** What Node has as its default. Calls come when connections are as old. */
const NODE_MS = 5_000;
const ROUNDS = 4;

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

/** nginx keeps a connection for 60 s. The server closes it after 5 s, or after 65 s. */
export const keepAlive = () =>
  inTurns(
    {
      '`keepAliveTimeout` 5 s, the default of Node': () => calls(NODE_MS),
      '`keepAliveTimeout` 65 s': () => calls(65_000),
    },
    2,
  );
