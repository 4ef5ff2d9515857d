import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createObservability, type Observability, type Options } from '@pmcp/observability';
import bcrypt from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type KeyPair } from '../../support/certificates.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

const host = '127.0.0.1';
const TOKEN = 'a-token-of-many-letters';
const BEARER = { authorization: `Bearer ${TOKEN}` };

let folder: string;
let authority: Authority;
let server: KeyPair;
let client: KeyPair;
let toolkit: Observability | undefined;
let log: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'));
  authority = await createAuthority();
  [server, client] = await Promise.all([authority.issue('localhost'), authority.issue('prometheus')]);
  await put('ca.crt', authority.cert);
});

afterEach(async () => {
  await toolkit?.shutdown();
  toolkit = undefined;
});

afterAll(() => rm(folder, { recursive: true }));

/** Replaces a file at once, so that no reader sees half of it. */
async function put(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.draft`, content);
  await rename(`${path}.draft`, path);
  return path;
}

async function putPair(pair: KeyPair) {
  return { certFile: await put('tls.crt', pair.cert), keyFile: await put('tls.key', pair.key) };
}

async function start(metrics: NonNullable<Options['metrics']>): Promise<number> {
  log = [];
  const destination = new PassThrough().on('data', (chunk: Buffer) => log.push(chunk.toString()));
  toolkit = createObservability({
    metrics: { port: 0, host, runtime: false, ...metrics },
    shutdown: { onSigterm: false },
    log: { destination },
  });
  return (await toolkit.listen())?.port ?? 0;
}

async function ask(port: number, path: string, options: RequestOptions = {}) {
  const asked = request({ host, port, path, ca: authority.cert, agent: false, ...options }).end();
  const response = await responseTo(asked);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

async function refused(reason: string): Promise<number> {
  const page = (await toolkit?.registry.metrics()) ?? '';
  return Number(new RegExp(`pmcp_admin_refused_total{reason="${reason}"} (\\d+)`).exec(page)?.[1]);
}

describe('an admin port over TLS', () => {
  it('presents the certificate of its files, and its replacement', async () => {
    const port = await start({ tls: await putPair(server) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const serial = async (options: RequestOptions = {}) => {
      const asked = request({ host, port, path: '/metrics', ca: authority.cert, ...options }).end();
      const response = await responseTo(asked);
      const { serialNumber } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
      await text(response);
      return serialNumber;
    };
    const first = await serial({ agent });
    expect((await ask(port, '/metrics')).headers['strict-transport-security']).toMatch(/max-age/);
    const next = await authority.issue('localhost');
    await put('tls.crt', next.cert);
    // One half of a pair was replaced, so the previous pair is still used.
    expect(await serial({ agent: false })).toBe(first);
    await until(async () => log.join('').includes('what was read before holds on'));
    await put('tls.key', next.key);
    const second = await serial({ agent: false });
    expect(second).not.toBe(first);
    // The existing connection continues.
    expect(await serial({ agent })).toBe(first);
    agent.destroy();
  });

  it('admits clients with a certificate of the authority, and probes without one', async () => {
    const tls = { ...(await putPair(server)), clientCaFile: join(folder, 'ca.crt') };
    const port = await start({ tls });
    const stranger = await (await createAuthority('stranger')).issue('prometheus');
    const forged = await (await createAuthority()).issue('prometheus');
    const expired = await authority.issue('prometheus', {
      notBeforeDate: new Date(Date.now() - 172_800_000),
      notAfterDate: new Date(Date.now() - 86_400_000),
    });
    expect(await ask(port, '/metrics', client)).toMatchObject({ status: 200 });
    for (const credentials of [{}, stranger, expired, BEARER])
      expect(await ask(port, '/metrics', credentials)).toMatchObject({
        status: 403,
        body: '{"error":"a valid client certificate is required"}\n',
      });
    expect(await refused('certificate')).toBe(4);
    // It is only issued in the name of the authority; OpenSSL may end such a connection by itself.
    const answer = await ask(port, '/metrics', forged).catch(() => ({ status: 'hung up' }));
    expect(answer.status).not.toBe(200);
    await until(async () => (await refused('certificate')) >= 5);
    for (const path of ['/health/live', '/health/ready']) expect((await ask(port, path)).status).toBe(200);
    expect((await ask(port, '/health')).status).toBe(403);
  });

  it('rejects the handshake of a client without certificate when probes need one too', async () => {
    const tls = { ...(await putPair(server)), clientCaFile: join(folder, 'ca.crt') };
    const port = await start({ tls, openHealth: false, healthPort: 0 });
    await expect(ask(port, '/health/live')).rejects.toThrow();
    await until(async () => (await refused('certificate')) === 1);
    expect((await ask(port, '/health/live', client)).status).toBe(200);
    await until(async () => log.join('').includes('health for probes'));
    const probes = Number(/"healthPort":(\d+)/.exec(log.join(''))?.[1]);
    expect((await fetch(`http://${host}:${probes}/health/live`)).status).toBe(200);
    for (const path of ['/metrics', '/health', '/'])
      expect((await fetch(`http://${host}:${probes}${path}`)).status).toBe(404);
  });

  it('stays closed while its files are missing, reports that once, and opens when they exist', async () => {
    await rm(join(folder, 'tls.crt'), { force: true });
    const keyFile = await put('tls.key', server.key);
    expect(await start({ tls: { certFile: join(folder, 'tls.crt'), keyFile } })).toBe(0);
    await put('tls.crt', server.cert);
    await until(async () => log.join('').includes('metrics and health on port'));
    const port = Number(/"port":(\d+)/.exec(log.join(''))?.[1]);
    expect((await ask(port, '/metrics')).status).toBe(200);
    expect(log.join('').split('"admin server: the port stays closed')).toHaveLength(2);
  });
});

describe('an admin port with a Prometheus web configuration', () => {
  const config = (hash: string, more = '') => `
tls_server_config:
  cert_file: tls.crt
  key_file: tls.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus]
basic_auth_users:
  prometheus: ${hash}
http_server_config:
  headers:
    X-Frame-Options: sameorigin
${more}`;
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`,
  });

  it('requires certificate, name and password, also after these change', async () => {
    await putPair(server);
    const webConfigFile = await put('web-config.yml', config(bcrypt.hashSync('first', 4)));
    const port = await start({ webConfigFile });
    const other = await authority.issue('grafana');
    const status = async (headers: Record<string, string>, pair = client) =>
      (await ask(port, '/metrics', { ...pair, headers })).status;
    expect(await status(basic('first'))).toBe(200);
    expect(await status(basic('first'), other)).toBe(403);
    expect(await status(basic('second'))).toBe(401);
    expect(await status({})).toBe(401);
    await put('web-config.yml', config(bcrypt.hashSync('second', 4)));
    expect(await status(basic('second'))).toBe(200);
    expect(await status(basic('first'))).toBe(401);
    expect((await ask(port, '/metrics', client)).headers).toMatchObject({
      'www-authenticate': 'Basic realm="metrics", charset="UTF-8"',
      'x-frame-options': 'sameorigin',
    });
    await put('web-config.yml', 'basic_auth_users: {prometheus: secret}');
    expect(await status(basic('second'))).toBe(200);
    await until(async () => log.join('').includes('to be a bcrypt hash'));
    expect(log.join('')).not.toContain('secret');
  });
});

describe('an admin port with a token', () => {
  let port: number;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://${host}:${port}${path}`, { headers });

  async function open(): Promise<void> {
    port = await start({ auth: { tokenFile: await put('token', `${TOKEN}\nthe-next-one\n`) } });
  }

  it('admits clients with any of its tokens', async () => {
    await open();
    for (const token of [TOKEN, 'the-next-one'])
      expect((await get('/metrics', { authorization: `Bearer ${token}` })).status).toBe(200);
    const answer = await get('/metrics');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
    expect(await answer.text()).toBe('{"error":"unauthorized"}\n');
    for (const wrong of ['Bearer x', 'Bearer ', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, 'Bearer a b'])
      expect((await get('/metrics', { authorization: wrong })).status).toBe(401);
    expect([await refused('missing'), await refused('wrong')]).toEqual([1, 6]);
    await put('token', 'another');
    expect((await get('/metrics', BEARER)).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer another' })).status).toBe(200);
  });

  it('stops answering guesses of an address after ten, but answers known clients', async () => {
    await open();
    expect((await get('/metrics', BEARER)).status).toBe(200);
    const guess = async (index: number) =>
      (await get('/metrics', { authorization: `Bearer guess-${index}` })).status;
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++) statuses.push(await guess(index));
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(10);
    expect(statuses).toContain(429);
    expect((await get('/metrics', BEARER)).status).toBe(200);
    // This token was not seen before, and the address has used up its guesses.
    const late = await get('/metrics', { authorization: 'Bearer the-next-one' });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused('limited')).toBeGreaterThan(0);
  });

  it('requires the token also where its routes are mounted in another server', async () => {
    await open();
    const url = 'http://localhost/metrics';
    expect((await toolkit!.fetch(new Request(url))).status).toBe(401);
    expect((await toolkit!.fetch(new Request(url, { headers: BEARER }))).status).toBe(200);
  });
});

describe('the index of an admin port', () => {
  it('is a page for browsers and JSON for programs, and requires authorization', async () => {
    const port = await start({ auth: { tokenFile: await put('token', TOKEN) } });
    const url = `http://${host}:${port}/`;
    expect((await fetch(url)).status).toBe(401);
    const json = await fetch(url, { headers: BEARER });
    expect(await json.json()).toEqual({
      routes: expect.arrayContaining([{ path: '/metrics', description: 'metrics, for Prometheus' }]),
    });
    const page = await fetch(url, { headers: { ...BEARER, accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<a href="metrics">/metrics</a>');
  });
});

describe('a listener beyond loopback', () => {
  it.each([
    ['says once that everybody may ask', '0.0.0.0', false, true],
    ['says nothing of the kind with a token', '0.0.0.0', true, false],
    ['says nothing of the kind on loopback', host, false, false],
  ])('%s', async (_, address, hasToken, says) => {
    const auth = hasToken ? { auth: { tokenFile: await put('token', TOKEN) } } : {};
    await start({ host: address, ...auth });
    expect(log.join('').split('to everybody who reaches it')).toHaveLength(says ? 2 : 1);
  });
});
