import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { crowd, STREAM } from '../wire.js';

const STREAMS = 2_000;

async function streams(maxSubscriptions: number): Promise<Figures> {
  const server = await startServer({ settings: { maxSubscriptions } });
  const { wires, answers } = await crowd(server.port, STREAMS, STREAM);
  for (const wire of wires) wire.close();
  await stop(server);
  return { asked: STREAMS, open: answers['200'] ?? 0, 'refused by the SDK': answers.refused ?? 0 };
}

/** How many streams the SDK opens in one process. */
export const subscriptions = () =>
  inTurns(
    {
      '`maxSubscriptions` 1,024, the default of the SDK': () => streams(1_024),
      '`maxSubscriptions` 20,000': () => streams(20_000),
    },
    1,
  );
