import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KeyPair } from './certificates.js';
import { serve } from './notes-server.js';

/** Returns a changed body for the answer to a path. */
export type Change = (said: string, path: string) => string;

/** What a proxy changes in the answers that it forwards. */
export interface Passing {
  /** Returns the target of the next request. Default: always the same server. */
  readonly target?: () => URL;
  /** Changes the body, once all of it has arrived. */
  readonly change?: Change;
  readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** Paths that it does not forward, and answers with 404. */
  readonly refuses?: RegExp;
  /** Requests whose answer it begins, and never ends. */
  readonly cuts?: RegExp;
  /** Bytes of a request above which it answers with 413. */
  readonly most?: number;
  /** The certificate for clients. Default: plain HTTP. */
  readonly tls?: KeyPair;
}

/** Starts a proxy in front of a server, like those between servers and their clients. */
export async function pass(
  to: URL,
  {
    target = () => to,
    change,
    headers = (all) => all,
    refuses,
    cuts,
    most = Number.POSITIVE_INFINITY,
    tls,
  }: Passing,
): Promise<{ readonly url: URL; close(): Promise<void> }> {
  const listener: Parameters<typeof serve>[0] = async (incoming, response) => {
    if (refuses?.test(incoming.url ?? '')) return void response.writeHead(404).end();
    if (Number(incoming.headers['content-length'] ?? 0) > most)
      return void incoming.resume().on('end', () => response.writeHead(413).end());
    const body = cuts === undefined ? undefined : await text(incoming);
    if (body !== undefined && cuts?.test(body)) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': soon\n\n');
      return void setTimeout(() => response.destroy(), 200);
    }
    const { host, ...rest } = incoming.headers;
    const plain = change ? { ...rest, 'accept-encoding': 'identity' } : rest;
    const asked = request(new URL(incoming.url ?? '/', target()), {
      method: incoming.method,
      headers: plain,
    });
    if (body === undefined) incoming.pipe(asked);
    else asked.end(body);
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    asked.on('response', async (answer) => {
      const { 'content-length': _, ...sent } = headers(answer.headers);
      if (change === undefined) return void answer.pipe(response.writeHead(answer.statusCode ?? 0, sent));
      const said = await whole(answer);
      if (said === undefined) return;
      const path = decodeURIComponent(incoming.url ?? '');
      response.writeHead(answer.statusCode ?? 0, sent).end(change(said, path));
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

/** Replaces a text in the answer to one path. */
export function replacing(path: string, text: string | RegExp, instead: string): Change {
  return (said, asked) => {
    if (!asked.includes(path)) return said;
    const changed = said.replace(text, instead);
    if (changed === said) throw new Error(`expected the answer of ${asked} to have ${text}, got ${said}`);
    return changed;
  };
}

/** Replaces the samples in the answer to a query of Prometheus. */
export function answering(
  query: string,
  samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
): Change {
  const result = samples.map(([metric, value]) => ({ metric, value: [0, String(value)] }));
  const answer = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  return (said, asked) => (asked.includes(`query=${query}`) ? answer : said);
}
