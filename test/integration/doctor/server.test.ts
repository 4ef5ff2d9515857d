import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createObservability } from '@pmcp/observability';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleNotes } from '../../../examples/notes/http.js';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { byChance, perConnection, steppedOn } from '../../support/balancers.js';
import { type Authority, createAuthority } from '../../support/certificates.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { forward } from '../../support/forward.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';
import { type Passing, pass } from '../../support/passing.js';

const DAY_MS = 86_400_000;

let healthy: NotesServer;
let other: NotesServer;
let unready: NotesServer;
/** In a process of its own, and open to every page. */
let unguarded: HttpServer;
let authority: Authority;
const folder = temporaryFolder('doctor');
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [healthy, other, unready, unguarded, authority] = await Promise.all([
    startNotes(),
    startNotes(),
    startNotes({}, ({ health }) =>
      health.add({ name: 'database', run: () => Promise.reject(new Error('no route to host')) }),
    ),
    startHttpServer(),
    createAuthority(),
  ]);
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
});
afterAll(async () => {
  await Promise.all([healthy, other, unready].map((server) => server.close()));
  unguarded.child.kill();
  await Promise.all(endings.map((end) => end()));
});

/** The healthy server behind a proxy between it and its clients. */
async function behind(passing: Passing) {
  const { url, close } = await pass(healthy.url, passing);
  endings.push(close);
  return { url, admin: healthy.admin };
}

/** The healthy server whose admin port is reached through a proxy. */
async function watchedBehind(passing: Passing) {
  const { url, close } = await pass(healthy.admin, passing);
  endings.push(close);
  return { url: healthy.url, admin: url };
}

/** The admin ports of both in turn. */
function inTurn(): () => URL {
  let i = 0;
  const both = [healthy.admin, new URL(unguarded.admin)];
  return () => both[i++ % 2]!;
}

async function page(content: string, type: string): Promise<URL> {
  const { url, close } = await serve(
    (_, response) => void response.setHeader('content-type', type).end(content),
  );
  endings.push(close);
  return url;
}

function token(name: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, 's3cret-t0ken');
  chmodSync(path, mode);
  return path;
}

async function onOnePort() {
  const observability = createObservability({ metrics: { port: false }, log: { level: 'silent' } });
  const handle = handleNotes(observability);
  const { url, close } = await serve((request, response) =>
    observability.handler(request, response, () => handle(request, response)),
  );
  endings.push(close, observability.shutdown);
  return { url: new URL('/mcp', url), admin: url };
}

/** The healthy server behind a guard that wants a token, and what it says of where that comes from. */
async function guarded(metadata: (origin: string) => object | undefined) {
  const { url, close } = await serve((incoming, response) => {
    const origin = `http://${incoming.headers.host}`;
    if (incoming.url?.startsWith('/.well-known/')) {
      const document = metadata(origin);
      return void response.writeHead(document ? 200 : 404).end(JSON.stringify(document ?? {}));
    }
    if (incoming.headers.authorization === undefined) {
      const named = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
      return void response.writeHead(401, { 'www-authenticate': named }).end();
    }
    forward(healthy.url, incoming, response);
  });
  endings.push(close);
  return { url: new URL('/mcp', url), admin: healthy.admin, tokenFile: [`url=${token('agent')}`] };
}

/** What each broken set-up is asked for, by the code that it gets. */
const BROKEN: Broken = {
  'PMCP-D001': [
    'nobody listens',
    async () => ({ url: new URL(`http://127.0.0.1:${await freePort()}/mcp`), admin: healthy.admin }),
  ],
  'PMCP-D002': [
    'what listens is no MCP server',
    async () => ({ url: await page('<h1>Welcome</h1>', 'text/html'), admin: healthy.admin }),
  ],
  'PMCP-D003': [
    'the certificate is signed by somebody unknown',
    async () => behind({ tls: await authority.issue('localhost') }),
  ],
  'PMCP-D004': [
    'the certificate ends tomorrow',
    async () => {
      const tls = await authority.issue('localhost', { notAfterDate: new Date(Date.now() + DAY_MS) });
      return { ...(await behind({ tls })), ca: join(folder, 'ca.pem') };
    },
  ],
  'PMCP-D005': ['a proxy collects streams', () => behind({ change: (answer) => answer })],
  'PMCP-D006': [
    'a proxy ends what is silent',
    async () => ({ ...(await behind({ cuts: /"tools\/call"/ })), tool: 'list_notes' }),
  ],
  'PMCP-D029': ['a proxy ends a stream without news', () => behind({ cuts: /"subscriptions\/listen"/ })],
  'PMCP-D007': ['a gateway takes no long requests', () => behind({ most: 8_000 })],
  'PMCP-D008': ['two processes answer in turn', () => watchedBehind({ target: inTurn() })],
  'PMCP-D010': [
    'nobody listens at the admin port',
    async () => ({ url: healthy.url, admin: new URL(`http://127.0.0.1:${await freePort()}`) }),
  ],
  'PMCP-D011': [
    'the page is that of another program',
    async () => ({
      url: healthy.url,
      admin: await page('go_goroutines 7\ngo_threads 8\n', Registry.PROMETHEUS_CONTENT_TYPE),
    }),
  ],
  'PMCP-D012': ['the page is that of another server', async () => ({ url: healthy.url, admin: other.admin })],
  'PMCP-D013': ['a gateway keeps probes to itself', () => watchedBehind({ refuses: /^\/health/ })],
  'PMCP-D014': ['a dependency is away', async () => ({ url: unready.url, admin: unready.admin })],
  'PMCP-D020': [
    'the clock is five minutes off',
    () => behind({ headers: (all) => ({ ...all, date: new Date(Date.now() + 300_000).toUTCString() }) }),
  ],
  'PMCP-D021': [
    'everybody can read a token',
    async () => ({
      url: healthy.url,
      admin: healthy.admin,
      tokenFile: [`prometheus=${token('open', 0o644)}`],
    }),
  ],
  'PMCP-D022': ['the metrics are on the port of the clients', onOnePort],
  'PMCP-D023': [
    'the admin port asks for no token',
    async () => ({ url: healthy.url, admin: healthy.admin, tokenFile: [`admin=${token('admin')}`] }),
  ],
  'PMCP-D024': [
    'the server asks for no token',
    async () => ({ url: healthy.url, admin: healthy.admin, tokenFile: [`url=${token('url')}`] }),
  ],
  'PMCP-D025': [
    'every page in a browser may call tools',
    async () => ({ url: unguarded.mcpUrl, admin: new URL(unguarded.admin) }),
  ],
  'PMCP-D026': [
    'every page may use the credentials of its visitors',
    () =>
      behind({
        headers: (all) => ({
          ...all,
          'access-control-allow-origin': 'https://pages.example',
          'access-control-allow-credentials': 'true',
        }),
      }),
  ],
  'PMCP-D027': [
    'it names no authorization server',
    () => guarded((origin) => ({ resource: `${origin}/mcp`, scopes_supported: ['notes:read'] })),
  ],
};

describe('the doctor before a server', () => {
  it('finds nothing wrong with one that is well', async () => {
    const { url, admin } = healthy;
    expect(await diagnosis({ url, admin })).toEqual({});
  });

  it('finds nothing wrong with one behind TLS of an authority that it is told of', async () => {
    const asked = await behind({ tls: await authority.issue('localhost') });
    expect(await diagnosis({ ...asked, ca: join(folder, 'ca.pem') })).toEqual({});
  });

  it('finds nothing wrong with one that takes requests of 100 kB', async () => {
    expect(await diagnosis(await behind({ most: 100_000 }))).toEqual({});
  });

  it('finds nothing wrong with an admin port that wants its token', async () => {
    const tokenFile = token('metrics');
    const guarded = await startNotes({ metrics: { port: 0, auth: { tokenFile } } });
    endings.push(guarded.close);
    const { url, admin } = guarded;
    expect(await diagnosis({ url, admin, tokenFile: [`admin=${tokenFile}`] })).toEqual({});
    expect(await diagnosis({ url, admin })).toEqual({
      'PMCP-D010': [expect.stringMatching(/wants credentials \(401\)$/)],
    });
  });

  const OAUTH = { authorization_servers: ['https://id.example'], scopes_supported: ['notes:read'] };

  it('finds nothing wrong with one that says where its tokens come from', async () => {
    const well = (origin: string) => ({ resource: `${origin}/mcp`, ...OAUTH });
    expect(await diagnosis(await guarded(well))).toEqual({});
  });

  it('finds nothing wrong with one that has no list of scopes', async () => {
    const well = (origin: string) => ({ resource: origin, authorization_servers: ['https://id.example'] });
    expect(await diagnosis(await guarded(well))).toEqual({});
  });

  it.each<readonly [string, (origin: string) => object | undefined, RegExp]>([
    ['is not there', () => undefined, /is not there: .* answers 404$/],
    [
      'is for another server',
      () => ({ resource: 'https://other.example/mcp', ...OAUTH }),
      /for another resource/,
    ],
  ])('says that what it publishes for clients %s', async (_, metadata, message) => {
    expect(await diagnosis(await guarded(metadata))).toEqual({
      'PMCP-D027': [expect.stringMatching(message)],
    });
  });

  it('follows the call of a tool that it is told', async () => {
    const { url, admin } = healthy;
    const call = { tool: 'list_notes', arguments: '{"count":3}' };
    expect(await diagnosis({ url, admin, ...call })).toEqual({});
    const counted = await (await fetch(new URL('/metrics', admin))).text();
    expect(counted).toMatch(/pmcp_requests_total\{method="tools\/call",name="list_notes",outcome="ok"\} 2/);
  });

  it('calls no tool that may change something', async () => {
    const { url, admin } = other;
    await diagnosis({ url, admin });
    const counted = await (await fetch(new URL('/metrics', admin))).text();
    expect(counted).toContain('method="tools/list"');
    expect(counted).not.toContain('method="tools/call"');
  });

  const BALANCERS: readonly (readonly [string, () => Promise<{ url: URL; close(): Promise<void> }>])[] = [
    ['sends on each request in turn, and one of somebody else after each answer', () => steppedOn(inTurn())],
    ['sends on each connection in turn', () => perConnection(inTurn())],
    ['sends on each connection by chance', () => perConnection(byChance(inTurn()))],
  ];
  it.each(BALANCERS)('sees both of two processes where what is before them %s', async (_, start) => {
    const { url, close } = await start();
    endings.push(close);
    const found = await diagnosis({ url: healthy.url, admin: url });
    expect(Object.keys(found)).toEqual(['PMCP-D008']);
  });

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(Object.keys(await diagnosis(await arrange()))).toEqual([code]);
  });
});
