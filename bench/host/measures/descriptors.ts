import { EVERYBODY, Everybody, startServers } from '../everybody.js';
import { stop } from '../started.js';
import { type Figures, inTurns } from '../turns.js';

async function measured(limits: string): Promise<Figures> {
  const servers = await startServers({ under: ['prlimit', `--nofile=${limits}`] });
  const everybody = await Everybody.come(servers.map(({ port }) => port));
  const answered = everybody.got('404');
  const connected = await everybody.connected();
  await everybody.leave();
  await stop(...servers);
  return { clients: EVERYBODY, answered, broken: EVERYBODY - answered, 'still connected': connected };
}

/** What a hard limit does to servers, and whether the soft limit matters. */
export const descriptors = () =>
  inTurns(
    {
      'soft 1,024, hard 8,192': () => measured('1024:8192'),
      'soft 1,024, hard 20,000': () => measured('1024:20000'),
    },
    1,
  );
