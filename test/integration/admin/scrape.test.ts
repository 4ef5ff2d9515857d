import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../support/until.js';
import { Admin, SERIES } from './admin.js';

const admin = new Admin();

describe('a scrape over a socket', () => {
  const openmetrics = { accept: 'application/openmetrics-text;version=1.0.0' };

  it('is in the format that was negotiated', async () => {
    const plain = await admin.get('/metrics');
    expect(plain.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.body.toString()).toBe(
      '# HELP large_total Large.\n# TYPE large_total counter\nlarge_total{i="first"} 0\n',
    );
    const other = await admin.get('/metrics', { headers: openmetrics });
    expect(other.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(other.body.toString()).toBe(
      '# HELP large Large.\n# TYPE large counter\nlarge_total{i="first"} 0\n# EOF\n',
    );
  });

  it('has the same content when it is compressed', async () => {
    admin.grow();
    const plain = await admin.get('/metrics');
    const zipped = await admin.get('/metrics', { headers: { 'accept-encoding': 'gzip;q=1, *;q=0' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.body.length).toBeLessThan(plain.body.length / 4);
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(
      (await admin.get('/metrics', { headers: { 'accept-encoding': 'gzip;q=0' } })).body.equals(plain.body),
    ).toBe(true);
  });

  it.each(['/metrics', '/health', '/health/live', '/health/ready'])(
    'answers HEAD %s with the headers of GET',
    async (path) => {
      const { headers, status, body } = await admin.get(path, { method: 'HEAD', headers: openmetrics });
      const full = await admin.get(path, { headers: openmetrics });
      delete full.headers['transfer-encoding'];
      delete headers['transfer-encoding'];
      expect({ headers, status }).toEqual({ headers: full.headers, status: full.status });
      expect(body).toHaveLength(0);
    },
  );

  it('is rendered no faster than its client reads', async () => {
    admin.grow();
    const render = vi.spyOn(admin.large, 'render').mockReturnValue(`${'x'.repeat(1000)}\n`);
    const response = await admin.open('/metrics');
    let before = -1;
    await until(async () => {
      const settled = before === render.mock.calls.length;
      before = render.mock.calls.length;
      return settled;
    });
    expect(render.mock.calls.length).toBeLessThan(SERIES);
    response.destroy();
  });

  it.each(['identity', 'gzip'])(
    'ends when its client disconnects, and makes room for the next: %s',
    async (encoding) => {
      admin.grow();
      vi.spyOn(admin.large, 'render').mockReturnValue(`${randomBytes(1000).toString('base64')}\n`);
      const headers = { 'accept-encoding': encoding };
      const scrapes = await Promise.all(Array.from({ length: 8 }, () => admin.open('/metrics', { headers })));
      expect(scrapes.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
      const refused = await admin.get('/metrics');
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);

      for (const scrape of scrapes) scrape.destroy();
      await until(async () => {
        const next = await admin.open('/metrics');
        next.destroy();
        return next.statusCode === 200;
      });
      expect(admin.onFailure).not.toHaveBeenCalled();
    },
  );

  it('ends only its own connection when it fails midway', async () => {
    admin.grow();
    vi.spyOn(admin.large, 'render').mockImplementation((slot) => {
      if (slot === SERIES - 1) throw new Error('broken');
      return 'x\n';
    });
    const response = await admin.open('/metrics');
    expect(response.statusCode).toBe(200);
    await expect(text(response)).rejects.toThrow('aborted');
    expect(admin.onFailure).toHaveBeenCalledExactlyOnceWith('/metrics', new Error('broken'));
    expect((await admin.get('/health/live')).status).toBe(200);
  });
});
