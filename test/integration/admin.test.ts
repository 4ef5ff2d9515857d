import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  request as send,
} from 'node:http';
import { createServer as createTlsServer, request as sendTls } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFetchHandler, type FetchHandler } from '../../packages/observability/src/admin/fetch.js';
import { createNodeHandler, type NodeHandler } from '../../packages/observability/src/admin/node.js';
import { createRoutes, type Routes } from '../../packages/observability/src/admin/routes.js';
import { AdminServer } from '../../packages/observability/src/admin/server.js';
import { Health } from '../../packages/observability/src/health/health.js';
import { createFamilies } from '../../packages/observability/src/metrics/families.js';
import { ScalarFamily } from '../../packages/observability/src/metrics/family.js';
import { RegisteredFamily } from '../../packages/observability/src/metrics/registry.js';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { until } from '../support/until.js';

const host = '127.0.0.1';
/** Several megabytes: more than the sockets between server and client hold. */
const SERIES = 100_000;

let health: Health;
let large: ScalarFamily;
let routes: Routes;
let handler: NodeHandler;
let admin: AdminServer;
let port: number;
const warn = vi.fn();
const onFailure = vi.fn();
const servers: Server[] = [];

beforeEach(async () => {
  vi.clearAllMocks();
  const { registry } = resolveOptions({}, {}).metrics;
  large = new ScalarFamily({ name: 'large_total', type: 'counter', help: 'Large.', labels: ['i'] });
  large.slot('first');
  registry.registerMetric(new RegisteredFamily(large) as never);
  health = new Health(createFamilies());
  routes = createRoutes({ registry, health, onFailure });
  handler = createNodeHandler(routes);
  admin = new AdminServer(handler, { warn });
  ({ port } = (await admin.listen(host, 0))!);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await admin.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function grow(): void {
  for (let i = 0; i < SERIES; i++) large.slot(`${i}${'x'.repeat(50)}`);
}

/** Starts a server of the application's own. */
async function serve(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, host), 'listening');
  return (server.address() as AddressInfo).port;
}

async function open(path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  const [response] = await once(send({ host, port, path, ...options }).end(), 'response');
  return response;
}

async function get(path: string, options: RequestOptions = {}) {
  const response = await open(path, options);
  const { statusCode: status, headers } = response;
  return { status, headers, body: await buffer(response) };
}

/** Mounts a fetch handler on a Node server, in the least that does. */
function fromFetch(handle: FetchHandler): (request: IncomingMessage) => Promise<Response> {
  return ({ method = '', url, headers }) =>
    handle(
      new Request(`http://${headers.host}${url}`, { method, headers: headers as Record<string, string> }),
    );
}

describe('a scrape over a socket', () => {
  const openmetrics = { accept: 'application/openmetrics-text;version=1.0.0' };

  it('is in the format that was negotiated', async () => {
    const plain = await get('/metrics');
    expect(plain.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.body.toString()).toBe(
      '# HELP large_total Large.\n# TYPE large_total counter\nlarge_total{i="first"} 0\n',
    );
    const other = await get('/metrics', { headers: openmetrics });
    expect(other.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(other.body.toString()).toBe(
      '# HELP large Large.\n# TYPE large counter\nlarge_total{i="first"} 0\n# EOF\n',
    );
  });

  it('is the same bytes when it was compressed', async () => {
    grow();
    const plain = await get('/metrics');
    const zipped = await get('/metrics', { headers: { 'accept-encoding': 'gzip;q=1, *;q=0' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.body.length).toBeLessThan(plain.body.length / 4);
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(
      (await get('/metrics', { headers: { 'accept-encoding': 'gzip;q=0' } })).body.equals(plain.body),
    ).toBe(true);
  });

  it.each(['/metrics', '/health', '/health/live', '/health/ready'])(
    'answers HEAD %s like GET',
    async (path) => {
      const { headers, status, body } = await get(path, { method: 'HEAD', headers: openmetrics });
      const full = await get(path, { headers: openmetrics });
      delete full.headers['transfer-encoding'];
      delete headers['transfer-encoding'];
      expect({ headers, status }).toEqual({ headers: full.headers, status: full.status });
      expect(body).toHaveLength(0);
    },
  );

  it('that its client does not read holds back the rendering', async () => {
    grow();
    const render = vi.spyOn(large, 'render').mockReturnValue(`${'x'.repeat(1000)}\n`);
    const response = await open('/metrics');
    let before = -1;
    await until(async () => {
      const settled = before === render.mock.calls.length;
      before = render.mock.calls.length;
      return settled;
    });
    expect(render.mock.calls.length).toBeLessThan(SERIES);
    response.destroy();
  });

  it.each(['identity', 'gzip'])('goes when its client goes, and makes room: %s', async (encoding) => {
    grow();
    vi.spyOn(large, 'render').mockReturnValue(`${randomBytes(1000).toString('base64')}\n`);
    const headers = { 'accept-encoding': encoding };
    const scrapes = await Promise.all(Array.from({ length: 8 }, () => open('/metrics', { headers })));
    expect(scrapes.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    const refused = await get('/metrics');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);

    for (const scrape of scrapes) scrape.destroy();
    await until(async () => {
      const next = await open('/metrics');
      next.destroy();
      return next.statusCode === 200;
    });
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('that fails midway ends the connection, and nothing else', async () => {
    grow();
    vi.spyOn(large, 'render').mockImplementation((slot) => {
      if (slot === SERIES - 1) throw new Error('broken');
      return 'x\n';
    });
    const response = await open('/metrics');
    expect(response.statusCode).toBe(200);
    await expect(text(response)).rejects.toThrow('aborted');
    expect(onFailure).toHaveBeenCalledExactlyOnceWith('/metrics', new Error('broken'));
    expect((await get('/health/live')).status).toBe(200);
  });
});

describe('the admin server', () => {
  it('answers what it does not know with JSON that repeats nothing', async () => {
    const headers = { 'x-mark': 'repeated' };
    const missing = await get('/repeated?repeated', { headers });
    const wrong = await get('/metrics?repeated', { method: 'DELETE', headers });
    expect([missing.status, missing.body.toString()]).toEqual([404, '{"error":"not found"}\n']);
    expect([wrong.status, wrong.body.toString()]).toEqual([405, '{"error":"method not allowed"}\n']);
    expect(wrong.headers.allow).toBe('GET, HEAD');
    expect(JSON.stringify([missing.headers, wrong.headers])).not.toContain('repeated');
  });

  it('sends the security headers and none that describe it', async () => {
    const { headers } = await get('/health/live');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'self'",
      'cache-control': 'no-store',
    });
    for (const name of ['server', 'x-powered-by', 'date', 'strict-transport-security']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it('runs a check once for 200 probes at a time', async () => {
    const run = vi.fn(() => new Promise((resolve) => setImmediate(resolve)));
    health.add({ name: 'db', run });
    const probes = await Promise.all(
      Array.from({ length: 200 }, (_, i) => get(i % 2 ? '/health' : '/health/ready')),
    );
    expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(run).toHaveBeenCalledOnce();
  });

  it('warns when its port is taken, and the one who has it goes on', async () => {
    const second = new AdminServer(handler, { warn });
    expect(await second.listen(host, port)).toBeUndefined();
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { err: expect.objectContaining({ code: 'EADDRINUSE' }) },
      expect.stringContaining(`${host}:${port}`),
    );
    await second.close();
    expect((await get('/health/live')).status).toBe(200);
  });

  it.each([
    ['what is not HTTP', '\x16\x03\x01 hello\r\n\r\n', /^HTTP\/1.1 400 /],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`, /^HTTP\/1.1 431 /],
  ])('survives %s', async (_, bytes, answer) => {
    const socket = connect(port, host);
    socket.write(bytes);
    expect(await text(socket)).toMatch(answer);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('lets its process end while a client is connected', async () => {
    const source = `
      import { AdminServer } from '${new URL('../../packages/observability/src/admin/server.ts', import.meta.url)}';
      const server = new AdminServer((_, response) => response.end(), { warn: console.error });
      const { port } = await server.listen('${host}', 0);
      console.log(port);
      // The program's work is over when its input ends.
      process.stdin.resume();
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    try {
      const [line] = await once(child.stdout, 'data');
      const agent = new Agent({ keepAlive: true });
      await get('/', { port: Number(line), agent });
      child.stdin.end();
      expect(await exit).toEqual([0, null]);
      agent.destroy();
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('the Node handler', () => {
  it('serves a server of its own', async () => {
    port = await serve(createServer(handler));
    expect((await get('/health/ready')).status).toBe(200);
    expect((await get('/else')).status).toBe(404);
  });

  it('leaves to the application what is not its own', async () => {
    port = await serve(
      createServer((request, response) => handler(request, response, () => response.end('app'))),
    );
    expect((await get('/health/ready')).status).toBe(200);
    expect((await get('/else')).body.toString()).toBe('app');
  });

  it('is a middleware of Express, below a path too', async () => {
    const app = express();
    app.use(handler);
    app.use('/internal', handler);
    app.get('/else', (_, response) => void response.send('app'));
    port = await serve(createServer(app));
    expect((await get('/metrics')).body.toString()).toContain('large_total');
    expect((await get('/internal/health/live/?x')).status).toBe(200);
    expect((await get('/else')).body.toString()).toBe('app');
    expect((await get('/internal/else')).status).toBe(404);
  });

  it('asks for TLS to stay under TLS', async () => {
    // A shared key does without certificates.
    const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const };
    const psk = Buffer.from('shared');
    port = await serve(createTlsServer({ ...tls, pskCallback: () => psk }, handler) as unknown as Server);
    const pskCallback = () => ({ psk, identity: 'tester' });
    const options = {
      host,
      port,
      path: '/metrics',
      ...tls,
      pskCallback,
      checkServerIdentity: () => undefined,
    };
    const [response] = await once(sendTls(options).end(), 'response');
    expect(await text(response)).toContain('large_total');
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('the fetch handler', () => {
  it('serves a Node server', async () => {
    grow();
    const handle = fromFetch(createFetchHandler(routes));
    port = await serve(
      createServer(async (request, response) => {
        const { status, headers, body } = await handle(request);
        response.writeHead(status, Object.fromEntries(headers));
        await pipeline(body ? Readable.fromWeb(body as never) : [], response).catch(() => {});
      }),
    );
    const zipped = await get('/metrics', { headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(zipped.body).equals((await get('/metrics')).body)).toBe(true);
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/else')).status).toBe(404);
  });

  it('is a route of Express', async () => {
    const handle = fromFetch(createFetchHandler(routes));
    const app = express();
    app.get('/health{/*rest}', async (request, response) => {
      const answer = await handle(request);
      response.status(answer.status).send(await answer.text());
    });
    port = await serve(createServer(app));
    expect(JSON.parse((await get('/health/ready')).body.toString())).toMatchObject({ status: 'ready' });
  });
});
