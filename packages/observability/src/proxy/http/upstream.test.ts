import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Upstream } from './upstream.js';

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function served(handle: http.RequestListener): Promise<string> {
  const server = http.createServer(handle).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('survives a connection that breaks between two requests, when nobody uses it, and goes on with another', async () => {
  const url = new URL(await served((_, response) => response.end('answer')));
  const times = { timeoutMs: 5_000, bodyTimeoutMs: 5_000 };
  const upstream = new Upstream({ url, ...times, forwarded: 'no', injectMeta: false });
  const front = await served((incoming, outgoing) => {
    const request = upstream.request(incoming);
    request.on('response', (response) => {
      // Node has let go of the connection, and its pool has not taken it yet.
      response.once('end', () => request.socket?.destroy(new Error('broke')));
      response.pipe(outgoing);
    });
    request.on('error', (error) => outgoing.destroy(error));
    request.end();
  });
  for (let i = 0; i < 3; i++) expect(await (await fetch(front)).text()).toBe('answer');
});
