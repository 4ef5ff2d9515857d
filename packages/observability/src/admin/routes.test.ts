import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Counter, Registry } from 'prom-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Health } from '../health/health.js';
import { createFamilies } from '../metrics/families.js';
import type { AdminRequest } from './request.js';
import { createRoutes, notFound, type Routes } from './routes.js';

let registry: Registry;
let health: Health;
let routes: Routes;
const onFailure = vi.fn();

function get(
  path: string,
  headers: Record<string, string> = {},
  more: Partial<AdminRequest> = {},
): AdminRequest {
  return { method: 'GET', path, header: (name) => headers[name], secure: false, isShared: false, ...more };
}

async function answer(request: AdminRequest) {
  const { status, headers, body } = (await routes(request))!;
  return { status, headers, body: body instanceof Readable ? await text(body) : body };
}

beforeEach(() => {
  registry = new Registry();
  new Counter({ name: 'mine_total', help: 'Mine.', registers: [registry] }).inc();
  health = new Health(createFamilies());
  onFailure.mockReset();
  routes = createRoutes({ registry, health, onFailure });
});

describe('/metrics', () => {
  it('is plain text unless OpenMetrics is requested', async () => {
    const plain = await answer(get('/metrics'));
    expect(plain).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
    expect(plain.body).not.toContain('# EOF');
    const openmetrics = await answer(get('/metrics', { accept: 'application/openmetrics-text' }));
    expect(openmetrics.headers['Content-Type']).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(openmetrics.body).toMatch(/# EOF\n$/);
  });

  it('is compressed if that is accepted, with the same content', async () => {
    const { headers, body } = (await routes(get('/metrics', { 'accept-encoding': 'gzip' })))!;
    expect(headers).toMatchObject({ 'Content-Encoding': 'gzip', Vary: 'Accept, Accept-Encoding' });
    const zipped = Buffer.concat(await (body as Readable).toArray());
    expect(gunzipSync(zipped).toString()).toBe((await answer(get('/metrics'))).body);
  });

  it('answers HEAD with the headers of GET, and renders nothing', async () => {
    const headers = { accept: 'application/openmetrics-text', 'accept-encoding': 'gzip' };
    const full = await routes(get('/metrics', headers));
    const metrics = vi.spyOn(registry, 'getMetricsAsArray');
    expect(await routes(get('/metrics', headers, { method: 'HEAD' }))).toEqual({ ...full, body: undefined });
    expect(metrics).not.toHaveBeenCalled();
    (full!.body as Readable).destroy();
  });

  it('starts the health checks without waiting for them', async () => {
    const run = vi.fn(() => new Promise(() => {}));
    health.add({ name: 'db', run });
    await answer(get('/metrics'));
    expect(run).toHaveBeenCalledOnce();
  });

  it('is an error without details when the registry is broken', async () => {
    registry.getMetricsAsArray = () => {
      throw new Error('secret detail');
    };
    expect(await answer(get('/metrics'))).toMatchObject({
      status: 500,
      body: '{"error":"internal error"}\n',
    });
    expect(onFailure).toHaveBeenCalledExactlyOnceWith('/metrics', new Error('secret detail'));
  });

  it('survives an onFailure that throws', async () => {
    registry.getMetricsAsArray = () => {
      throw new Error('broken');
    };
    onFailure.mockImplementation(() => {
      throw new Error('broken too');
    });
    expect(await answer(get('/metrics'))).toMatchObject({ status: 500 });
  });

  it('rejects a ninth concurrent scrape with Retry-After', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => routes(get('/metrics'))));
    expect(await answer(get('/metrics'))).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    for (const response of open) (response!.body as Readable).destroy();
  });
});

describe('the health routes', () => {
  it('show the result of each check', async () => {
    health.add({ name: 'db', run: () => 'fine' });
    const { status, headers, body } = await answer(get('/health'));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(body?.length),
    });
    expect(JSON.parse(body!)).toEqual({
      status: 'healthy',
      checks: [{ name: 'db', status: 'ok' }],
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('answer 503 for a failed check, except for liveness', async () => {
    health.add({ name: 'db', run: () => Promise.reject(new Error('gone')) });
    expect((await answer(get('/health'))).status).toBe(503);
    expect((await answer(get('/health/ready'))).status).toBe(503);
    expect((await answer(get('/health/live'))).status).toBe(200);
  });

  it('stay ready when the check does not gate readiness', async () => {
    health.add({ name: 'disk', run: () => Promise.reject(new Error('full')), gatesReadiness: false });
    expect((await answer(get('/health'))).status).toBe(503);
    expect((await answer(get('/health/ready'))).status).toBe(200);
  });

  it('reveal nothing about the resource of a check, unless configured to', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.3.17:5432 as app'), {
      code: 'ECONNREFUSED',
    });
    health.add({ name: 'db', run: () => Promise.reject(refused) });
    health.add({ name: 'files', run: () => 'free on /srv/notes' });
    for (const path of ['/health', '/health/ready']) {
      const { body } = await answer(get(path));
      expect(body).not.toMatch(/10\.0|5432|app|srv/);
      expect(JSON.parse(body!).checks).toEqual([
        { name: 'db', status: 'error', reason: 'refused' },
        { name: 'files', status: 'ok' },
      ]);
    }
    routes = createRoutes({ registry, health, onFailure, healthDetails: true });
    expect((await answer(get('/health'))).body).toContain('10.0.3.17:5432');
  });

  it('show why the server is not ready', async () => {
    health.add({ name: 'db', run: () => Promise.reject(new Error('gone')) });
    const checks = [{ name: 'db', status: 'error', reason: 'failed' }];
    expect(JSON.parse((await answer(get('/health/ready'))).body!)).toMatchObject({
      status: 'unready',
      checks,
    });
    health.stop();
    expect(JSON.parse((await answer(get('/health/ready'))).body!)).toMatchObject({
      status: 'stopping',
      checks: [],
    });
    expect((await answer(get('/health/live'))).status).toBe(200);
  });

  it('answer HEAD without a body', async () => {
    const { status, headers, body } = await answer(get('/health/live', {}, { method: 'HEAD' }));
    expect({ status, body }).toEqual({ status: 200, body: undefined });
    expect(Number(headers['Content-Length'])).toBeGreaterThan(0);
  });
});

describe('any path', () => {
  it.each(['/health/live/', '/health/live?verbose', '/health/live/?a=/b/'])(
    'is accepted in this form: %s',
    async (path) => {
      expect((await answer(get(path))).status).toBe(200);
    },
  );

  it.each(['', '/', '/metricss', '/METRICS', '/health/live//', '/__proto__', '*'])(
    'is not handled: %j',
    (path) => {
      expect(routes(get(path, {}, { isShared: true }))).toBeUndefined();
    },
  );

  it('that is unknown gives a 404 that repeats nothing', () => {
    const { status, body } = notFound(get('/<script>'));
    expect({ status, body }).toEqual({ status: 404, body: '{"error":"not found"}\n' });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get', ''])('rejects the method %j', async (method) => {
    expect(await answer(get('/metrics', {}, { method }))).toMatchObject({
      status: 405,
      headers: { Allow: 'GET, HEAD' },
      body: '{"error":"method not allowed"}\n',
    });
  });

  it.each([
    get('/metrics'),
    get('/health'),
    get('/health/live'),
    get('/health/ready'),
    get('/metrics', {}, { method: 'POST' }),
    get('/nowhere'),
  ])('carries the security headers: $method $path', async (request) => {
    const headers = {
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Content-Security-Policy': "default-src 'self'",
      'Cache-Control': 'no-store',
    };
    const plain = (await routes(request)) ?? notFound(request);
    expect(plain.headers).toMatchObject(headers);
    expect(plain.headers).not.toHaveProperty('Strict-Transport-Security');
    const secure = { ...request, secure: true };
    expect(((await routes(secure)) ?? notFound(secure)).headers).toMatchObject({
      ...headers,
      'Strict-Transport-Security': 'max-age=31536000',
    });
  });
});
