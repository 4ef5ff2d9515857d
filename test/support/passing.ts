import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KeyPair } from './certificates.js';
import { serve } from './notes-server.js';

/** What a proxy does to the answers that it passes on. */
export interface Passing {
  /** Where to go with the next request; always to the same without. */
  readonly target?: () => URL;
  /** Changes a page, after all of it has come. */
  readonly change?: (page: string) => string;
  readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** Paths that it keeps to itself. */
  readonly refuses?: RegExp;
  /** Shown to clients; plain HTTP without. */
  readonly tls?: KeyPair;
}

/** A proxy in front of a server, as one between it and its clients may be. */
export async function pass(
  to: URL,
  { target = () => to, change, headers = (all) => all, refuses, tls }: Passing,
): Promise<{ readonly url: URL; close(): Promise<void> }> {
  const listener: Parameters<typeof serve>[0] = (incoming, response) => {
    if (refuses?.test(incoming.url ?? '')) return void response.writeHead(404).end();
    const { host, ...rest } = incoming.headers;
    const plain = change ? { ...rest, 'accept-encoding': 'identity' } : rest;
    const asked = request(new URL(incoming.url ?? '/', target()), {
      method: incoming.method,
      headers: plain,
    });
    incoming.pipe(asked);
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    asked.on('response', async (answer) => {
      const { 'content-length': _, ...sent } = headers(answer.headers);
      if (change === undefined) return void answer.pipe(response.writeHead(answer.statusCode ?? 0, sent));
      const page = await whole(answer);
      if (page !== undefined) response.writeHead(answer.statusCode ?? 0, sent).end(change(page));
    });
  };
  const served = tls ? await serveSecurely(listener, tls) : await serve(listener);
  return { ...served, url: new URL(to.pathname, served.url) };
}

function whole(answer: IncomingMessage): Promise<string | undefined> {
  return text(answer).catch(() => undefined);
}

async function serveSecurely(listener: Parameters<typeof serve>[0], tls: KeyPair) {
  const https = createSecureServer(tls, listener).listen(0, '127.0.0.1');
  await once(https, 'listening');
  return {
    url: new URL(`https://127.0.0.1:${(https.address() as AddressInfo).port}`),
    async close() {
      https.close();
      https.closeAllConnections();
    },
  };
}
