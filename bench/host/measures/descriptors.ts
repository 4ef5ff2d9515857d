import { startServer, stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';
import { CALL, callTimes, crowd } from '../wire.js';

const CONNECTIONS = 3_000;

async function measured(limits: string): Promise<Figures> {
  const server = await startServer({ under: ['prlimit', `--nofile=${limits}`] });
  const { wires, answers } = await crowd(server.port, CONNECTIONS, CALL);
  const open = wires.filter((wire) => wire.open);
  const later = await callTimes(open, 20);
  for (const wire of wires) wire.close();
  await stop(server);
  const answered = answers['200'] ?? 0;
  return {
    connections: CONNECTIONS,
    answered,
    broken: CONNECTIONS - answered,
    'later calls of 20': later.length,
  };
}

/** What a hard limit does to a server, and whether the soft limit matters. */
export const descriptors = () =>
  inTurns(
    {
      'soft 1,024, hard 2,048': () => measured('1024:2048'),
      'soft 1,024, hard 20,000': () => measured('1024:20000'),
    },
    2,
  );
