import type { RequestListener } from 'node:http';
import { createObservability } from '@pmcp/observability';
import { afterAll, describe, expect, it } from 'vitest';
import { handleNotes } from '../../../examples/notes/http.js';
import { Children } from '../../../scripts/start/children.js';
import { examined } from '../../support/doctor.js';
import { HAPROXY, startHaproxy } from '../../support/haproxy.js';
import { NGINX, startNginx } from '../../support/nginx.js';
import { serve } from '../../support/notes-server.js';
import { sessionServer } from '../../support/session-server.js';

const children = new Children(() => {});
const observability = createObservability({ metrics: { port: false }, log: { level: 'silent' } });
const endings: (() => Promise<void>)[] = [() => observability.shutdown()];
afterAll(async () => {
  await children.stop();
  await Promise.all(endings.map((end) => end()));
});

const nginx = (settings: string) => async (to: URL) =>
  (
    await startNginx(children, {
      server: `location / { proxy_pass ${to.origin}; proxy_buffering off; ${settings} }`,
    })
  ).port;
const haproxy = (defaults: string) => (to: URL) => startHaproxy(children, to, defaults);

type Proxy = (to: URL) => Promise<number>;

const IMPATIENT: Readonly<Record<string, Proxy>> = {
  'nginx with proxy_read_timeout': nginx('proxy_read_timeout 2s;'),
  'nginx with proxy_read_timeout and HTTP/1.1': nginx('proxy_http_version 1.1; proxy_read_timeout 2s;'),
  'HAProxy with timeout server': haproxy('timeout client 1h\ntimeout server 2s'),
};
const PATIENT: Readonly<Record<string, Proxy>> = {
  nginx: nginx('proxy_read_timeout 1h;'),
  HAProxy: haproxy('timeout client 1h\ntimeout server 1h'),
  // Neither is about an answer: the one is about requests, the other about WebSockets.
  'HAProxy with other timeouts': haproxy('timeout client 2s\ntimeout tunnel 2s\ntimeout server 1h'),
};

/** How often a server of these tests sends a comment, less than a proxy here waits. */
const COMMENT_MS = 500;

const withComments = (handle: RequestListener): RequestListener => {
  return (request, response) => {
    handle(request, response);
    if (request.method !== 'GET' && request.headers['mcp-method'] !== 'subscriptions/listen') return;
    const timer = setInterval(() => response.write(': ping\n\n'), COMMENT_MS);
    response.on('close', () => clearInterval(timer));
  };
};

const withoutStreams = (handle: RequestListener): RequestListener => {
  return (request, response) =>
    request.method === 'GET' ? void response.writeHead(405).end() : handle(request, response);
};

const endingStreams = (handle: RequestListener): RequestListener => {
  return (request, response) => {
    handle(request, response);
    if (request.method === 'GET') setTimeout(() => response.end(), COMMENT_MS);
  };
};

const SERVERS: Readonly<Record<string, () => RequestListener>> = {
  'with sessions': () => sessionServer(),
  'without sessions': () => handleNotes(observability),
};

/** The checks that a client connects, and of its streams. */
const STREAMS: readonly string[] = ['PMCP-D002', 'PMCP-D005', 'PMCP-D006', 'PMCP-D029'];

/** What the doctor finds of a server behind a proxy. */
async function found(proxy: Proxy, listener: RequestListener) {
  const { url, close } = await serve(listener);
  endings.push(close);
  const port = await proxy(url);
  const asked = { url: new URL(`http://127.0.0.1:${port}/mcp`), holdStream: 4 };
  const results = await examined(asked, ({ code }) => STREAMS.includes(code));
  return results.flatMap(({ check, outcome }) =>
    outcome.kind === 'found' ? outcome.findings.map(({ found }) => `${check.code} ${found}`) : [],
  );
}

describe.skipIf(NGINX === undefined || HAPROXY === undefined)('the doctor before a real proxy', () => {
  describe.each(Object.entries(SERVERS))('of a server %s', (_, server) => {
    it.each(Object.entries(IMPATIENT))('finds that it ends quiet streams: %s', async (_, proxy) => {
      const what = expect.stringMatching(
        /^PMCP-D029 .* was cut off after [2-3]\.\d s, [12]\.\d s after its last byte/,
      );
      expect(await found(proxy, server())).toEqual([what]);
    });

    it.each(Object.entries(IMPATIENT))(
      'finds nothing where comments keep them open: %s',
      async (_, proxy) => {
        expect(await found(proxy, withComments(server()))).toEqual([]);
      },
    );

    it.each(Object.entries(PATIENT))('finds nothing where it waits: %s', async (_, proxy) => {
      expect(await found(proxy, server())).toEqual([]);
    });
  });

  it.each(Object.entries(IMPATIENT))(
    'finds nothing where the server offers no stream: %s',
    async (_, proxy) => {
      expect(await found(proxy, withoutStreams(sessionServer()))).toEqual([]);
    },
  );

  it.each(Object.entries(IMPATIENT))(
    'finds nothing where the server ends its streams: %s',
    async (_, proxy) => {
      expect(await found(proxy, endingStreams(sessionServer()))).toEqual([]);
    },
  );
});
