import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tcp } from './tcp.js';

const host = '127.0.0.1';
const { signal } = new AbortController();

let server = createServer();
let port: number;

beforeEach(async () => {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  server.close();
});

describe('tcp', () => {
  it('passes when the port is open, and leaves no connection', async () => {
    const closed = once(server, 'connection').then(([socket]) => once(socket.resume(), 'close'));
    await tcp({ host, port }).run(signal);
    await closed;
  });

  it('fails when the port is closed', async () => {
    server.close();
    await once(server, 'close');
    await expect(tcp({ host, port }).run(signal)).rejects.toThrow('ECONNREFUSED');
  });

  it('gives up when its signal is aborted', async () => {
    await expect(tcp({ host, port }).run(AbortSignal.abort())).rejects.toThrow('abort');
    const controller = new AbortController();
    const run = tcp({ host, port }).run(controller.signal);
    controller.abort();
    await expect(run).rejects.toThrow('abort');
  });

  it('is named after its target by default', () => {
    expect(tcp({ host: 'broker', port: 1883 }).name).toBe('tcp:1883');
    expect(tcp({ host: 'broker', port: 1883, name: 'mqtt' }).name).toBe('mqtt');
  });

  it('rejects an invalid port', () => {
    expect(() => tcp({ host, port: 70_000 })).toThrow(
      'Expected `tcp.port` to be an integer from 1 to 65535, got 70000',
    );
  });
});
