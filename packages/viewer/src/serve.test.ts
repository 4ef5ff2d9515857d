import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificates } from '../../../test/support/certificates.js';
import { responseTo } from '../../../test/support/response.js';
import { serveViewer, type Viewer } from './serve.js';
import { shipped } from './shipped.js';

/** The requests that the stand-in for Prometheus received. */
const asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer = { status: 200, body: '{"status":"success","data":{"resultType":"vector","result":[]}}' };
const onRequest = async (incoming: IncomingMessage, response: import('node:http').ServerResponse) => {
  const { method = '', url = '', headers } = incoming;
  asked.push({ method, url, headers, body: await text(incoming) });
  response.writeHead(answer.status, { 'content-type': 'text/html', 'set-cookie': 'a=b' }).end(answer.body);
};

let folder: string;
let plain: Server;
let tls: Server;
let viewer: Viewer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewer-'));
  const { ca, server, client } = await createCertificates();
  const files = { token: 'secret\n', ca, cert: client.cert, key: client.key };
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
  plain = createServer(onRequest).listen(0, '127.0.0.1');
  tls = createTlsServer({ ...server, ca, requestCert: true, rejectUnauthorized: true }, onRequest);
  tls.listen(0, '127.0.0.1');
  await Promise.all([once(plain, 'listening'), once(tls, 'listening')]);
  viewer = await serveViewer({
    ...shipped(),
    allowedHosts: ['viewer.example'],
    prometheus: {
      Prometheus: { url: new URL(`http://127.0.0.1:${port(plain)}/base/`) },
      'far away': {
        url: new URL(`https://localhost:${port(tls)}`),
        tokenFile: join(folder, 'token'),
        caFile: join(folder, 'ca'),
        certFile: join(folder, 'cert'),
        keyFile: join(folder, 'key'),
        tenant: 'team-a',
      },
      stranger: { url: new URL(`https://localhost:${port(tls)}`) },
      gone: { url: new URL('http://127.0.0.1:1') },
    },
  });
});

afterAll(async () => {
  await viewer.close();
  for (const server of [plain, tls]) server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  asked.length = 0;
  answer = { status: 200, body: '{"status":"success","data":{"resultType":"vector","result":[]}}' };
});

const port = (server: Server) => (server.address() as AddressInfo).port;

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends what no browser would: any Host, and a path that is not normalised. */
async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const { hostname, port } = new URL(viewer.url);
  const outgoing = request({
    host: hostname,
    port,
    path,
    method,
    headers: { host: `localhost:${port}`, ...headers },
  });
  outgoing.end(body);
  const response = await responseTo(outgoing);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('the viewer on loopback', () => {
  it('listens only on loopback by default', () => {
    expect(new URL(viewer.url).hostname).toBe('localhost');
  });

  it.each(['/', '/d/pmcp-overview', '/alerts', '/d/any?from=now-1h'])(
    'serves its page at %s',
    async (path) => {
      const { status, headers, body } = await send(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(body).toContain('<div id="root">');
    },
  );

  it('allows its page to run only its own scripts', async () => {
    const { headers, body } = await send('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
    const scripts = body.match(/<script[^>]*>[^<]*/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toMatch(/ src="\/bundle\/[\w.]+"[^>]*>$/);
  });

  it('answers 304 for a cached file', async () => {
    const { headers } = await send('/bundle/app.js');
    const again = await send('/bundle/app.js', { headers: { 'if-none-match': String(headers.etag) } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it('lists the dashboards, the overview first', async () => {
    const { dashboards } = JSON.parse((await send('/contents')).body);
    expect(dashboards[0]).toEqual({ uid: 'pmcp-overview', title: 'PMCP / Overview' });
    expect(dashboards).toHaveLength(9);
  });

  it('serves a runbook', async () => {
    expect((await send('/runbooks/PmcpToolSlow.md')).body).toMatch(/^# PmcpToolSlow/);
  });
});

describe('access to the viewer', () => {
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.1'])(
    'is refused for the host %j, which DNS rebinding could use',
    async (host) => {
      const { status, body } = await send('/prometheus/Prometheus/query?query=up', { headers: { host } });
      expect(status).toBe(403);
      expect(JSON.parse(body).error).toContain(`got "${host}"`);
      expect(asked).toEqual([]);
    },
  );

  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:9464', '[::1]:9464', 'viewer.example:443'])(
    'is allowed for the host %s',
    async (host) => {
      expect((await send('/', { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
  ])('is refused for requests of foreign pages: %j', async (headers) => {
    const { status } = await send('/prometheus/Prometheus/query?query=up', { headers });
    expect(status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('is allowed for a link on a foreign page', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await send('/d/pmcp-overview', { headers })).status).toBe(200);
  });
});

describe('a request to Prometheus', () => {
  it.each([
    'query?query=up&time=1',
    'query_range?query=up&start=1&end=2&step=1',
    'query_exemplars?query=up&start=1&end=2',
    'label/job/values?match[]=up',
    'rules',
  ])('is sent to %s below the given address', async (path) => {
    const { status, headers, body } = await send(`/prometheus/Prometheus/${path}`);
    expect(status).toBe(200);
    expect(body).toBe(answer.body);
    expect(asked.map(({ url }) => url)).toEqual([`/base/api/v1/${path}`]);
    // No answer of Prometheus can become a page or a cookie of the viewer.
    expect(headers['content-type']).toBe('application/json');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['GET', 'admin/tsdb/delete_series?match[]=up'],
    ['POST', 'admin/tsdb/snapshot'],
    ['PUT', 'query?query=up'],
    ['DELETE', 'series?match[]=up'],
    ['POST', 'rules'],
    ['POST', 'label/job/values'],
    ['GET', 'query/../admin/tsdb/snapshot'],
    ['GET', 'query%2f..%2fadmin'],
    ['GET', 'label/a%2fb/values'],
    ['GET', 'series?match[]=up'],
    ['GET', 'labels'],
    ['GET', 'alerts'],
    ['GET', 'status/buildinfo'],
    ['GET', 'status/config'],
    ['GET', 'status/flags'],
    ['GET', 'targets'],
    ['GET', 'write'],
    ['GET', ''],
  ])('is refused for %s %s', async (method, path) => {
    const { status } = await send(`/prometheus/Prometheus/${path}`, { method });
    expect(status).toBeGreaterThanOrEqual(403);
    expect(asked).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
    'is refused if it writes: %s of its own files',
    async (method) => {
      expect((await send('/contents', { method })).status).toBe(405);
    },
  );

  it.each([
    '/bundle/../package.json',
    '/bundle/..%2fpackage.json',
    '/dashboards/provisioning',
    '/runbooks/.hidden.md',
  ])('returns no file of another folder: %s', async (path) => {
    expect((await send(path)).status).toBe(404);
  });

  it('sends a long query as a form', async () => {
    const body = `query=${'a'.repeat(20_000)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await send('/prometheus/Prometheus/query', { method: 'POST', headers, body });
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/base/api/v1/query', body });
  });

  it('is refused if it is endless', async () => {
    const { status } = await send('/prometheus/Prometheus/query', {
      method: 'POST',
      body: 'a'.repeat(300_000),
    });
    expect(status).toBe(413);
  });

  it('returns the error message of Prometheus when a query fails', async () => {
    answer = {
      status: 400,
      body: '{"status":"error","errorType":"bad_data","error":"parse error: unexpected end"}',
    };
    const { status, body } = await send('/prometheus/Prometheus/query?query=rate(');
    expect(status).toBe(400);
    expect(JSON.parse(body).error).toBe('parse error: unexpected end');
  });

  it('names the Prometheus that does not answer', async () => {
    const { status, body } = await send('/prometheus/gone/query?query=up');
    expect(status).toBe(502);
    expect(JSON.parse(body).error).toMatch(/^http:\/\/127\.0\.0\.1:1 can't be asked: .*ECONNREFUSED/);
  });

  it('reaches only the given ones', async () => {
    expect((await send('/prometheus/constructor/query?query=up')).status).toBe(404);
  });
});

describe('the credentials for Prometheus', () => {
  it('send token, certificate and tenant only to their Prometheus', async () => {
    const { status } = await send('/prometheus/far%20away/query?query=up');
    expect(status).toBe(200);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-scope-orgid': 'team-a' });
    await send('/prometheus/Prometheus/query?query=up');
    expect(asked[1]?.headers.authorization).toBeUndefined();
  });

  it('include a renewed token', async () => {
    await writeFile(join(folder, 'token'), 'renewed');
    await send('/prometheus/far%20away/query?query=up');
    expect(asked[0]?.headers.authorization).toBe('Bearer renewed');
  });

  it('require a trusted certificate', async () => {
    const { status, body } = await send('/prometheus/stranger/query?query=up');
    expect(status).toBe(502);
    expect(JSON.parse(body).error).toMatch(/certificate/);
  });

  it('include nothing else that a browser sends', async () => {
    const headers = { cookie: 'session=1', authorization: 'Bearer mine', 'x-forwarded-for': '1.2.3.4' };
    await send('/prometheus/Prometheus/query?query=up', { headers });
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual(['accept', 'connection', 'host']);
  });
});
