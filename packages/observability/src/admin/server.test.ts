import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { least, tookMs } from '../../../../test/support/measured.js';
import { responseTo } from '../../../../test/support/response.js';
import { AdminServer } from './server.js';

const host = '127.0.0.1';
const warn = vi.fn();
let server: AdminServer;

const create = () => new AdminServer((_, response) => response.end('hello'), { warn });

afterEach(async () => {
  warn.mockReset();
  await server.close();
});

describe('the admin server', () => {
  it('takes a free port and reports it', async () => {
    server = create();
    const address = await server.listen(host, 0);
    expect(address).toMatchObject({ address: host, port: expect.any(Number) });
    expect(await (await fetch(`http://${host}:${address?.port}`)).text()).toBe('hello');
  });

  it('listens on all interfaces without a host', async () => {
    server = create();
    const address = await server.listen(undefined, 0);
    expect(['::', '0.0.0.0']).toContain(address?.address);
  });

  it('reveals nothing about itself', async () => {
    server = create();
    const address = await server.listen(host, 0);
    const response = await fetch(`http://${host}:${address?.port}`);
    expect([...response.headers.keys()].sort()).toEqual(['connection', 'content-length', 'keep-alive']);
  });

  it('refuses a web page that uses DNS rebinding', async () => {
    const answered: string[] = [];
    server = new AdminServer(
      ({ headers }, response) => {
        answered.push(String(headers.host));
        response.end('hello');
      },
      { warn },
      ['metrics.example.com'],
    );
    const { port } = (await server.listen(host, 0)) ?? { port: 0 };
    const ask = async (name: string) => {
      const response = await responseTo(get({ host, port, headers: { host: name } }));
      return [response.statusCode, await text(response)];
    };
    expect(await ask('evil.example')).toEqual([421, expect.stringContaining('PMCP_METRICS_ALLOWED_HOSTS')]);
    expect(answered).toEqual([]);
    for (const name of ['localhost', `${host}:${port}`, 'metrics.example.com']) {
      expect(await ask(name)).toEqual([200, 'hello']);
    }
    expect(answered).toHaveLength(3);
  });

  it.each([
    ['a host that does not exist', '192.0.2.1', 0, /EADDRNOTAVAIL|EINVAL/],
    ['a port that does not exist', host, 70_000, /port/],
  ])('warns about %s', async (_, address, port, message) => {
    server = create();
    expect(await server.listen(address, port)).toBeUndefined();
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { code: 'PMCP_W_ADMIN_SERVER', err: expect.any(Error) },
      expect.stringMatching(message),
    );
  });

  it('warns about a port in use, and survives a logger that throws', async () => {
    const other = createServer().listen(0, host);
    await once(other, 'listening');
    warn.mockImplementation(() => {
      throw new Error('logger');
    });
    server = create();
    expect(await server.listen(host, (other.address() as { port: number }).port)).toBeUndefined();
    expect(warn.mock.calls[0]?.[1]).toMatch(/^admin server: listen EADDRINUSE/);
    other.close();
  });

  it('warns when listen is called twice', async () => {
    server = create();
    await server.listen(host, 0);
    expect(await server.listen(host, 0)).toBeUndefined();
    expect(warn).toHaveBeenCalledOnce();
  });

  it('closes at once when its connections are idle', async () => {
    const closed = async () => {
      server = create();
      const address = await server.listen(host, 0);
      const agent = new Agent({ keepAlive: true });
      const response = await responseTo(get({ host, port: address!.port, agent }));
      await once(response.resume(), 'end');
      const ms = await tookMs(() => server.close());
      agent.destroy();
      return ms;
    };
    expect(await least(900, closed)).toBeLessThan(900);
  });

  it('closes within a second when an answer does not end', async () => {
    server = new AdminServer((_, response) => response.write('endless'), { warn });
    const address = await server.listen(host, 0);
    const response = await fetch(`http://${host}:${address?.port}`);
    const body = response.text();
    await Promise.all([server.close(), expect(body).rejects.toThrow()]);
  });

  describe('at its connection limit, the server', () => {
    let sockets: Socket[] = [];

    /** @returns after the server has accepted all of them */
    async function fill(port: number, request: string): Promise<void> {
      for (let i = 0; i < 256; i++) {
        const socket = connect(port, host).on('error', () => {});
        sockets.push(socket);
        await once(socket, 'connect');
        if (request === '') continue;
        socket.write(request);
        await once(socket, 'data');
      }
    }

    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      sockets = [];
    });

    it.each([
      ['are idle after an answer', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['never asked for anything', ''],
    ])('answers a new client when the others %s', async (_, request) => {
      server = create();
      const { port } = (await server.listen(host, 0))!;
      await fill(port, request);
      const closed = once(sockets[0]!.resume(), 'close');
      expect((await fetch(`http://${host}:${port}`)).status).toBe(200);
      await closed;
      expect(sockets.filter((socket) => socket.destroyed)).toHaveLength(1);
    });

    it('closes idle connections before one with an answer in progress', async () => {
      let end = () => {};
      server = new AdminServer(
        ({ url }, response) => {
          if (url !== '/slow') return void response.end('hello');
          response.write('so ');
          end = () => response.end('slow');
        },
        { warn },
      );
      const { port } = (await server.listen(host, 0))!;
      const slow = await fetch(`http://${host}:${port}/slow`);
      await fill(port, '');
      expect((await fetch(`http://${host}:${port}`)).status).toBe(200);
      end();
      expect(await slow.text()).toBe('so slow');
    });

    it('closes the oldest when all have an answer in progress', async () => {
      server = new AdminServer(
        ({ url }, response) => void (url === '/' ? response.end() : response.write('x')),
        {
          warn,
        },
      );
      const { port } = (await server.listen(host, 0))!;
      await fill(port, 'GET /endless HTTP/1.1\r\nHost: x\r\n\r\n');
      const closed = once(sockets[0]!.resume(), 'close');
      expect((await fetch(`http://${host}:${port}`)).status).toBe(200);
      await closed;
    });
  });

  it('may be closed before it listens, and twice', async () => {
    server = create();
    await server.close();
    await server.close();
  });
});
