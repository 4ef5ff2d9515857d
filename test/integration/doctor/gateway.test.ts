import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { createAuthority } from '../../support/certificates.js';
import { diagnosis, examined } from '../../support/doctor.js';
import { forward } from '../../support/forward.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';

let healthy: NotesServer;
const folder = temporaryFolder('doctor');
const path = join(folder, 'token');
const tokenFile = [`url=${path}`];
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  healthy = await startNotes();
  writeFileSync(path, 's3cret-t0ken', { mode: 0o600 });
});
afterAll(async () => {
  await healthy.close();
  await Promise.all(endings.map((end) => end()));
});

/** The healthy server behind a gateway that sends who has no token to a page where people log in. */
async function behindLogin(location: string) {
  const { url, close } = await serve((incoming, response) => {
    if (incoming.headers.authorization === undefined) return void response.writeHead(302, { location }).end();
    forward(healthy.url, incoming, response);
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin: healthy.admin };
}

/** A load balancer in front of two processes, of which the second has no session of the first. */
async function withoutSessions(status: number) {
  const { url, close } = await serve(async (incoming, response) => {
    const { id, method } = JSON.parse((await text(incoming)) || '{}');
    if (method !== 'initialize')
      return void response.writeHead(method === 'server/discover' ? 400 : status).end();
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'notes', version: '1' },
    };
    response.setHeader('content-type', 'application/json').setHeader('mcp-session-id', 'first');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin: healthy.admin };
}

/** A load balancer in front of two processes, where the hash of its id leads every other session to the wrong one. */
async function hashingSessions() {
  let sessions = 0;
  const { url, close } = await serve(async (incoming, response) => {
    const { id, method } = JSON.parse((await text(incoming)) || '{}');
    if (method === 'server/discover') return void response.writeHead(400).end();
    const isWell = Number(incoming.headers['mcp-session-id']) % 2 === 0;
    if (method !== 'initialize' && !isWell) return void response.writeHead(404).end();
    if (incoming.method !== 'POST') return void response.writeHead(405).end();
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'initialize') response.setHeader('mcp-session-id', String(sessions++));
    const result =
      method === 'initialize'
        ? {
            protocolVersion: '2025-11-25',
            capabilities: { tools: {} },
            serverInfo: { name: 'notes', version: '1' },
          }
        : { tools: [] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin: healthy.admin };
}

/** A proxy that takes the header of the session away, in answers or in requests. */
async function withoutHeader(where: 'answers' | 'requests', words: string) {
  const { url, close } = await serve(async (incoming, response) => {
    const { id, method } = JSON.parse((await text(incoming)) || '{}');
    const error = { code: -32000, message: words };
    if (method !== 'initialize')
      return void response.writeHead(400).end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'notes', version: '1' },
    };
    if (where === 'requests') response.setHeader('mcp-session-id', 'first');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin: healthy.admin };
}

/** A gateway that answers every request of a client itself. */
async function answering(status: number, body: string, admin: URL) {
  const { url, close } = await serve((incoming, response) => {
    incoming.resume().on('end', () => response.writeHead(status).end(body));
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin };
}

describe('the doctor before a gateway', () => {
  it.each([404, 400])(
    'says that another process got the request where its session is lost (%i)',
    async (status) => {
      expect(await diagnosis(await withoutSessions(status))).toEqual({
        'PMCP-D002': [expect.stringMatching(new RegExp(`answered ${status} .* another process got it$`))],
      });
    },
  );

  it('says so too where the first session is well, and others are lost', async () => {
    expect(await diagnosis(await hashingSessions())).toEqual({
      'PMCP-D002': [expect.stringMatching(/answered 404 .* another process got it$/)],
    });
  });

  it.each([
    [
      'answers',
      'Bad Request: Server not initialized',
      /answers initialize without the header Mcp-Session-Id/,
    ],
    ['answers', 'Bad Request: Missing session ID', /answers initialize without the header Mcp-Session-Id/],
    ['requests', 'Mcp-Session-Id header is required', /arrived without the header Mcp-Session-Id/],
    ['requests', 'Bad Request: Missing session ID', /arrived without the header Mcp-Session-Id/],
  ] as const)('says that %s lose the header of the session: %s', async (where, words, told) => {
    expect(await diagnosis(await withoutHeader(where, words))).toEqual({
      'PMCP-D002': [expect.stringMatching(told)],
    });
  });

  it.each([
    '<html><body>400 Bad Request: No required SSL certificate was sent</body></html>',
    '<html><body>The SSL certificate error</body></html>',
  ])('says that a certificate of the client is asked for: %s', async (body) => {
    expect(await diagnosis(await answering(400, body, healthy.admin))).toEqual({
      'PMCP-D002': [expect.stringContaining('asks for a certificate of the client')],
    });
  });

  const PAGE = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
  const JSON_RPC = '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Invalid Host header: a"},"id":null}';

  it.each([
    [502, PAGE, 'answers 502 "502 Bad Gateway": a gateway or proxy gets no answer'],
    [504, '', 'answers 504: a gateway or proxy gets no answer'],
    [403, JSON_RPC, 'answers 403 "Invalid Host header: a": the client is refused'],
    [405, 'Method Not Allowed', 'answers 405 "Method Not Allowed": there is no MCP server'],
  ])('says what it means that a client gets %i, and what it was told', async (status, body, words) => {
    const found = await diagnosis(await answering(status, body, healthy.admin));
    expect(found).toEqual({ 'PMCP-D002': [expect.stringContaining(words)] });
  });

  it('says why the server is not ready, and not that the gateway has no answer from it', async () => {
    const database = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const unready = await startNotes({ health: { checks: [{ name: 'postgres', run: database }] } });
    endings.push(unready.close);
    expect(await diagnosis(await answering(503, '', unready.admin))).toEqual({
      'PMCP-D014': [
        expect.stringMatching(/says \w+: postgres refuses the connection: nobody listens there$/),
      ],
    });
  });

  it.each(['https://login.example/oauth2/start?rd=/mcp', '/login'])(
    'says that a client needs 401 where it is sent to a page: %s',
    async (location) => {
      expect(await diagnosis(await behindLogin(location))).toEqual({
        'PMCP-D002': [expect.stringMatching(/answers 302 .*, expected 401 with WWW-Authenticate/)],
      });
    },
  );

  it('finds nothing wrong with one that sends only who has no token to a page', async () => {
    const asked = await behindLogin('https://login.example/oauth2/start?rd=/mcp');
    expect(await diagnosis({ ...asked, tokenFile })).toEqual({});
  });

  /** The healthy server behind a proxy that fails at long requests, or at everything that is no call of a client. */
  async function failing(isAt: (bytes: number) => boolean) {
    const { url, close } = await serve(async (incoming, response) => {
      const isPing = incoming.headers['mcp-method'] === undefined && incoming.headers.origin === undefined;
      if (incoming.method === 'POST' && isPing && isAt(Number(incoming.headers['content-length'])))
        return void incoming.resume().on('end', () => response.writeHead(500, { server: 'nginx' }).end());
      forward(healthy.url, incoming, response);
    });
    endings.push(close);
    return { url: new URL('/mcp', url), admin: healthy.admin };
  }

  it('says that long requests fail at a proxy that has nowhere to write them', async () => {
    expect(await diagnosis(await failing((bytes) => bytes > 16_000))).toEqual({
      'PMCP-D007': [
        expect.stringMatching(/answers 500 to a request of 64 kB \(nginx\), and takes a short one$/),
      ],
    });
  });

  it('does not take the size for the reason where a server fails at a ping of any size', async () => {
    expect(await diagnosis(await failing(() => true))).toEqual({});
  });

  it('follows a redirect on the same server, behind which everybody may call tools', async () => {
    const { url, close } = await serve((incoming, response) => {
      const isOpen = incoming.url === '/mcp/' || incoming.headers.authorization !== undefined;
      if (isOpen) forward(healthy.url, incoming, response);
      else response.writeHead(301, { location: '/mcp/' }).end();
    });
    endings.push(close);
    const asked = { url: new URL('/mcp', url), admin: healthy.admin, tokenFile };
    expect(Object.keys(await diagnosis(asked))).toEqual(['PMCP-D024']);
  });

  it.each([
    ['http://localhost:PORT/mcp/', /X-Forwarded-Proto.*`https:\/\/localhost:\d+\/mcp\/` are not sent away/],
    ['http://localhost/mcp', /X-Forwarded-Proto/],
    ['https://localhost:PORT/mcp/', /^Give the address that it names, .*`https:\/\/localhost:\d+\/mcp\/`/],
    ['http://mcp.internal/mcp', /^Give the address that it names/],
  ])('says what to do where a server behind TLS sends its clients to %s', async (to, cure) => {
    const authority = await createAuthority();
    const ca = join(folder, 'redirect-ca.pem');
    writeFileSync(ca, authority.cert);
    const server = createServer(await authority.issue('localhost'), (incoming, response) => {
      const { port } = server.address() as AddressInfo;
      incoming
        .resume()
        .on('end', () => response.writeHead(307, { location: to.replace('PORT', `${port}`) }).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endings.push(async () => void server.close());
    const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/mcp`);
    const [result] = await examined({ url, admin: healthy.admin, ca }, ({ code }) => code === 'PMCP-D002');
    expect(result?.outcome).toMatchObject({
      kind: 'found',
      findings: [{ cure: expect.stringMatching(cure) }],
    });
  });
});
