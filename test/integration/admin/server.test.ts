import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { Agent, createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { AdminServer } from '../../../packages/observability/src/admin/server.js';
import { Admin, host } from './admin.js';

const admin = new Admin();

describe('the admin server', () => {
  it('answers unknown paths with JSON that repeats nothing of the request', async () => {
    const headers = { 'x-mark': 'repeated' };
    const missing = await admin.get('/repeated?repeated', { headers });
    const wrong = await admin.get('/metrics?repeated', { method: 'DELETE', headers });
    expect([missing.status, missing.body.toString()]).toEqual([404, '{"error":"not found"}\n']);
    expect([wrong.status, wrong.body.toString()]).toEqual([405, '{"error":"method not allowed"}\n']);
    expect(wrong.headers.allow).toBe('GET, HEAD');
    expect(JSON.stringify([missing.headers, wrong.headers])).not.toContain('repeated');
  });

  it('sends security headers, and none that describe the server', async () => {
    const { headers } = await admin.get('/health/live');
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

  it('runs a check once for 200 concurrent probes', async () => {
    // Waits until all requests have arrived, however long that takes: after one second a cached answer is too
    // old.
    const arrivals = new EventEmitter();
    const run = vi.fn(() => once(arrivals, 'all'));
    admin.health.add({ name: 'db', run, timeoutMs: 60_000 });
    let asked = 0;
    await admin.serve(
      createServer((incoming, outgoing) => {
        admin.handler(incoming, outgoing);
        if (++asked === 200) arrivals.emit('all');
      }),
    );
    const probes = await Promise.all(
      Array.from({ length: 200 }, (_, i) => admin.get(i % 2 ? '/health' : '/health/ready')),
    );
    expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(run).toHaveBeenCalledOnce();
  });

  it('warns when its port is in use, and the other server keeps working', async () => {
    const second = new AdminServer(admin.handler, { warn: admin.warn });
    expect(await second.listen(host, admin.port)).toBeUndefined();
    expect(admin.warn).toHaveBeenCalledExactlyOnceWith(
      { code: 'PMCP_W_ADMIN_SERVER', err: expect.objectContaining({ code: 'EADDRINUSE' }) },
      expect.stringContaining(`${host}:${admin.port}`),
    );
    await second.close();
    expect((await admin.get('/health/live')).status).toBe(200);
  });

  it.each([
    ['what is not HTTP', '\x16\x03\x01 hello\r\n\r\n', /^HTTP\/1.1 400 /],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`, /^HTTP\/1.1 431 /],
  ])('survives %s', async (_, bytes, answer) => {
    const socket = connect(admin.port, host);
    socket.write(bytes);
    expect(await text(socket)).toMatch(answer);
    expect((await admin.get('/health/live')).status).toBe(200);
  });

  it('disconnects a client that pipelines hundreds of requests, and still answers others', async () => {
    // No answer comes meanwhile, however fast the server is.
    const answers = new EventEmitter();
    admin.health.add({ name: 'db', run: () => once(answers, 'all'), timeoutMs: 60_000 });
    const greedy = Array.from({ length: 20 }, () => {
      const socket = connect(admin.port, host).resume();
      socket.on('error', () => {});
      socket.write('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2_000));
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(greedy);
    expect((await admin.get('/health/live')).status).toBe(200);
    answers.emit('all');
  });

  it('lets its process end while a client is connected', async () => {
    const source = `
      import { AdminServer } from '${new URL('../../../packages/observability/src/admin/server.ts', import.meta.url)}';
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
      await admin.get('/', { port: Number(line), agent });
      child.stdin.end();
      expect(await exit).toEqual([0, null]);
      agent.destroy();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
