import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pass } from './passing.js';
import { Random } from './random.js';

interface Started {
  readonly url: URL;
  close(): Promise<void>;
}

/** Sends on each request in turn, and one of somebody else whenever one has got its answer. */
export function steppedOn(next: () => URL): Promise<Started> {
  return pass(next(), {
    target: next,
    headers: (all) => {
      next();
      return all;
    },
  });
}

/** Sends on whole connections, as a Service does. */
export async function perConnection(next: () => URL): Promise<Started> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const { hostname, port } = next();
    const upstream = connect({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => open.delete(from));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** One of two that come in turn, by chance. */
export function byChance(next: () => URL): () => URL {
  const random = new Random(8);
  const both = [next(), next()] as const;
  return () => both[random.below(2)]!;
}
