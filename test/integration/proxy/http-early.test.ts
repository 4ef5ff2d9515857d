import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  behind,
  call,
  counted,
  ended,
  inFlight,
  inFrontOf,
  json,
  result,
} from '../../support/behind-proxy.js';
import { least, tookMs } from '../../support/measured.js';
import { answering, RawClient, rawServer, requestOf } from '../../support/raw-http.js';
import { until } from '../../support/until.js';

const active = 'pmcp_active_connections{transport="streamable_http"}';

/** Text that takes long to parse and is short when compressed, but not so short that it looks like an attack. */
const LONG = randomBytes(12_000).toString('base64').repeat(40);

describe('an answer that arrives before its request is read', () => {
  it.each([
    ['of no session', []],
    ['of an unknown session', ['Mcp-Session-Id: invented']],
  ])('ends a request %s when it arrives', async (_, headers) => {
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(401).end('{}');
    });
    const whole = requestOf(call(1), headers);
    const client = new RawClient(url).write(whole.slice(0, -20));
    await client.got('{}');
    client.write(whole.slice(-20));
    await counted(ended('client_error'), 1);
    await counted(inFlight, 0);
    await counted(active, 0);
    // The connection can still be used.
    await client.write(requestOf(call(2), headers)).got('');
    await counted(ended('client_error'), 2);
  });

  it('ends a compressed request, which is parsed later than it arrives', async () => {
    const body = gzipSync(call(1).replace('{}', `{"a":"${LONG}"}`));
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(401).end();
    });
    for (let i = 0; i < 5; i++)
      await (await fetch(url, { method: 'POST', headers: { 'Content-Encoding': 'gzip' }, body })).text();
    await counted(ended('client_error'), 5);
    await counted(inFlight, 0);
    await counted(active, 0);
  });

  it('delays neither the next request nor the rest of a long one', async () => {
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(401).end();
    });
    const body = randomBytes(4_000_000);
    const sent = async () => {
      for (let i = 0; i < 5; i++) await (await fetch(url, { method: 'POST', body })).text();
    };
    // It took 6 s before the fix: the server closed the idle connection.
    expect(await least(5_000, () => tookMs(sent))).toBeLessThan(5_000);
  });

  it('counts with its outcome once the request was read', async () => {
    const body = gzipSync(call(1).replace('{}', `{"a":"${LONG}"}`));
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume();
      json(outgoing, result(1, { isError: true }));
    });
    await (await fetch(url, { method: 'POST', headers: { 'Content-Encoding': 'gzip' }, body })).text();
    await counted(ended('tool_error'), 1);
    await counted(inFlight, 0);
    await counted(active, 0);
  });

  it('leaves no connection to the server when the client disconnects without sending the rest', async () => {
    let open = 0;
    const upstream = await rawServer((socket) => {
      open++;
      socket.once('close', () => open--);
      socket.once('data', () => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'));
    });
    const { url } = await inFrontOf(upstream);
    for (let i = 0; i < 5; i++) {
      const client = new RawClient(url).write(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n{"json',
      );
      await client.got('\r\n\r\n');
      client.socket.destroy();
    }
    await until(() => open === 0);
  });

  it('lets the client continue when the server has closed and the rest is still arriving', async () => {
    const upstream = await rawServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', () =>
          socket.destroy(),
        ),
      );
    });
    const { url } = await inFrontOf(upstream);
    const client = new RawClient(url);
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n{');
    await client.got('413 ');
    client.socket.write(Buffer.alloc(9_999_999));
    client.received = '';
    await client.write(requestOf('{}')).got('413 ');
  });
});

describe('pipelined requests', () => {
  it('are all cancelled when their client disconnects, without a log line', async () => {
    let cancelled = 0;
    let came = 0;
    const { url, child } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => came++);
      outgoing.once('close', () => cancelled++);
    });
    let said = '';
    child.stderr?.on('data', (data) => {
      said += data;
    });
    const client = new RawClient(url);
    for (let id = 0; id < 20; id++) client.write(requestOf(call(id)));
    await until(() => came === 20);
    await counted(inFlight, 20);
    client.socket.destroy();
    await until(() => cancelled === 20);
    await counted(ended('cancelled'), 20);
    await counted(inFlight, 0);
    await counted(active, 0);
    expect(said).not.toContain('Warning');
  });
});

describe('the timeout of a server', () => {
  it('does not run while the client is sending', async () => {
    const { url } = await behind(
      (incoming, outgoing) => void incoming.resume().once('end', () => outgoing.end('got it')),
      ['--timeout', '2'],
    );
    const client = new RawClient(url).write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n');
    for (let i = 0; i < 12; i++) {
      await sleep(250);
      client.write('a');
    }
    expect(await client.got('got it')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('runs from the end of the request', async () => {
    const { url } = await behind((incoming) => void incoming.resume(), ['--timeout', '0.4']);
    const client = new RawClient(url).write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{');
    await sleep(600);
    client.write('}');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 504 /);
  });

  it('runs when the server stops reading', async () => {
    const { url } = await inFrontOf(await rawServer((socket) => socket.pause()), ['--timeout', '0.4']);
    const client = new RawClient(url).write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n');
    client.socket.write(Buffer.alloc(40_000_000));
    await client.got('504 Gateway Timeout');
  });

  it('runs when the server accepts no connection', async () => {
    const upstream = await rawServer(() => {});
    const { url } = await inFrontOf(upstream.replace('http', 'https'), ['--timeout', '0.4']);
    const client = new RawClient(url).write(requestOf(call(1)));
    await client.got('504 Gateway Timeout');
  });

  it('runs while the client waits for 100 Continue', async () => {
    const { url } = await inFrontOf(await rawServer(() => {}), ['--timeout', '0.4']);
    const client = new RawClient(url).write(requestOf('{}', ['Expect: 100-continue']).slice(0, -2));
    await client.got('504 Gateway Timeout');
  });

  it('does not end an exchange whose answer has begun', async () => {
    const { url } = await inFrontOf(
      await answering('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n'),
      ['--timeout', '2'],
    );
    const client = new RawClient(url).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.got('hello');
    await sleep(3_000);
    expect(client.socket.closed).toBe(false);
  });
});
