import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { createAuthority } from '../../support/certificates.js';
import { host } from '../../support/database.js';

/** Starts a server with a certificate, for a probe to look at. */
export async function startProbed(): Promise<{ readonly address: string; stop(): void }> {
  const { key, cert } = await (await createAuthority()).issue('localhost');
  const server: Server = createServer({ key, cert }, (socket) => socket.end()).listen(0, host);
  await once(server, 'listening');
  return { address: `${host}:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}
