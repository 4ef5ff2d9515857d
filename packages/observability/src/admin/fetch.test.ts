import { type Metric, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { Health } from '../health/health.js';
import { createFamilies } from '../metrics/families.js';
import { ScalarFamily } from '../metrics/family.js';
import { RegisteredFamily } from '../metrics/registry.js';
import { createFetchHandler, type FetchHandler } from './fetch.js';
import { createRoutes } from './routes.js';

let registry: Registry;
let handle: FetchHandler;

const request = (path: string, init?: RequestInit) => new Request(`http://localhost${path}`, init);

beforeEach(() => {
  registry = new Registry();
  handle = createFetchHandler(createRoutes({ registry, health: new Health(createFamilies()) }));
});

/** Adds enough series for many chunks. */
function grow(): void {
  const family = new ScalarFamily({ name: 'large_total', type: 'counter', help: 'Large.', labels: ['i'] });
  for (let i = 0; i < 20_000; i++) family.slot(String(i));
  registry.registerMetric(new RegisteredFamily(family, registry) as unknown as Metric);
}

describe('the fetch handler', () => {
  it('answers with JSON and with a stream', async () => {
    expect(await (await handle(request('/health/live'))).json()).toEqual({ status: 'ok' });
    grow();
    const response = await handle(request('/metrics/?x'));
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect((await response.text()).split('\n')).toHaveLength(20_003);
  });

  it('answers HEAD without a body', async () => {
    const response = await handle(request('/metrics', { method: 'HEAD' }));
    expect(response.body).toBeNull();
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
  });

  it('compresses', async () => {
    grow();
    const response = await handle(request('/metrics', { headers: { 'accept-encoding': 'gzip' } }));
    const unzipped = response.body!.pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(unzipped).text()).toMatch(/large_total\{i="19999"\} 0\n$/);
  });

  it('recognises TLS by the URL', async () => {
    const secure = await handle(new Request('https://localhost/health/live'));
    expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect((await handle(request('/health/live'))).headers.has('strict-transport-security')).toBe(false);
  });

  it('passes other paths on if it has a next handler, and otherwise answers 404', async () => {
    const next = () => new Response('yours');
    expect(await (await handle(request('/other'), next)).text()).toBe('yours');
    const response = await handle(request('/other'), { some: 'environment' });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'not found' });
  });

  it.each(['gzip', 'identity'])('makes room when a %s scrape is cancelled', async (encoding) => {
    grow();
    const scrape = () => handle(request('/metrics', { headers: { 'accept-encoding': encoding } }));
    for (let i = 0; i < 20; i++) {
      const response = await scrape();
      expect(response.status).toBe(200);
      const reader = response.body!.getReader();
      await reader.read();
      await reader.cancel();
      // The cancelled stream closes in a later turn.
      await new Promise(setImmediate);
    }
  });
});
