import { LEGACY } from '../../integration/http/requests.js';
import { FaultyServer } from '../../support/faulty-server.js';

/** Starts a server that refuses its clients, whose users do not answer, and whose tasks nobody asks for any more. */
export async function startTroubled(): Promise<FaultyServer> {
  const server = await FaultyServer.start();
  let turn = 0;
  server.repeat(1, async () => {
    for (const refusal of ['issuer', 'scope', 'limit']) {
      await server.set(refusal);
      await server.ask();
    }
    await server.set('well');
    await fetch(server.url, { headers: { 'x-fault': 'broken' } });
    await server.ask();
    await server.beginTask(`task-${turn}`);
    const params = { taskId: `task-${turn++}` };
    await server.post({ jsonrpc: '2.0', id: 1, method: 'tasks/result', params }, LEGACY);
    await server.set('later');
  });
  return server;
}
