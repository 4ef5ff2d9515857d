import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  behind,
  call,
  counted,
  ended,
  inFlight,
  inFrontOf,
  json,
  post,
  result,
} from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { answering, RawClient, rawServer, requestOf } from '../../support/raw-http.js';
import { until } from '../../support/until.js';

const SMUGGLED = 'DELETE /secret HTTP/1.1\r\nHost: x\r\n\r\n';

/** Sends a request whose body looks like another request. Returns the requests that a Node server sees. */
async function seenOf(head: readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  const { url } = await behind((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    incoming.resume().once('end', () => outgoing.end('the answer'));
  });
  const client = new RawClient(url);
  const lines = [...head, `Content-Length: ${SMUGGLED.length}`, '', SMUGGLED];
  const end = head[0]?.startsWith('HEAD') ? '\r\n\r\n' : 'the answer';
  client.write(lines.join('\r\n'));
  await until(() => client.received.includes(end) || client.received.startsWith('HTTP/1.1 431 '));
  // Reuses the connection to the server that the first request left open.
  await (await fetch(`${url}/next`)).text();
  return seen;
}

describe('a hostile client', () => {
  it.each(['GET', 'DELETE', 'HEAD', 'OPTIONS'])(
    'smuggles no request in the body of a %s whose length header is declared hop-by-hop',
    async (method) => {
      const head = [`${method} /mcp HTTP/1.1`, 'Host: x', 'Connection: content-length'];
      expect(await seenOf(head)).toEqual([`${method} /mcp`, 'GET /next']);
    },
  );

  it('smuggles no request behind more headers than are counted', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => `a${i}: b`);
    const seen = await seenOf(['GET /mcp HTTP/1.1', 'Host: x', ...many]);
    // Node counts headers up to a limit, and from version 22 on rejects a request with more.
    expect(['GET /mcp, GET /next', 'GET /next']).toContain(seen.join(', '));
  });

  it('cannot choose the upstream host by its request', async () => {
    const { url } = await behind((incoming, outgoing) => outgoing.end(`for ${incoming.headers.host}.`));
    const client = new RawClient(url).write(
      'GET / HTTP/1.1\r\nHost: mcp.example\r\nConnection: Host\r\n\r\n',
    );
    expect(await client.got('.')).toContain('for mcp.example.');
  });

  it('gets 501 for a body in a transfer coding that cannot be passed on', async () => {
    let came = false;
    const { url } = await behind(() => {
      came = true;
    });
    const client = new RawClient(url).write(
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    );
    expect(await client.closed()).toMatch(/^HTTP\/1.1 501 .*"code":-32600/s);
    expect(came).toBe(false);
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty'])(
    'stops nothing with a body of encoding %s, nor does a server with such an answer',
    async (encoding) => {
      const { url } = await behind((incoming, outgoing) => {
        incoming.resume().once('end', () => json(outgoing, result(1), { 'Content-Encoding': encoding }));
      });
      for (const headers of [['A: b'], [`Content-Encoding: ${encoding}`]]) {
        const client = new RawClient(url).write(requestOf(call(1), headers));
        expect(await client.got(result(1))).toContain(' 200 ');
      }
      await counted(ended('ok', 'slow'), 1);
      await counted('pmcp_telemetry_dropped_total{signal="metrics",reason="unreadable_body"}', 3);
      await counted('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}', 0);
    },
  );
});

describe('a server with unusual answers', () => {
  it.each([
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxx'],
    [
      'a transfer coding that cannot be passed on',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
  ])('such as %s gives 502, and the next request its answer', async (_, answer) => {
    const answers = [answer];
    const upstream = await rawServer((socket) => {
      socket.on('data', () =>
        socket.write(answers.pop() ?? 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext'),
      );
    });
    const { url, child } = await inFrontOf(upstream);
    const refused = await post(url, call(7));
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code: -32000 } });
    expect(await (await fetch(url)).text()).toBe('next');
    await counted(ended('server_error'), 1);
    await counted(inFlight, 0);
    await counted('pmcp_active_connections{transport="streamable_http"}', 0);
    expect(child.exitCode).toBeNull();
  });

  it('such as headers beyond ASCII is passed on byte for byte, as is such a request', async () => {
    const bytes = Buffer.from('ключ é').toString('latin1');
    let received = '';
    const upstream = await rawServer((socket) => {
      socket.on('data', (data: Buffer) => {
        received += data.toString('latin1');
        socket.write(`HTTP/1.1 200 ${bytes}\r\nX-A: ${bytes}\r\nContent-Length: 2\r\n\r\nok`, 'latin1');
      });
    });
    const { url } = await inFrontOf(upstream);
    const client = new RawClient(url).write(requestOf('{}', [`X-B: ${bytes}`]));
    expect(await client.got('\r\nok')).toMatch(`HTTP/1.1 200 ${bytes}\r\nX-A: ${bytes}\r\n`);
    expect(received).toContain(`X-B: ${bytes}\r\n`);
  });

  it('such as an informational response is heard', async () => {
    const { url } = await inFrontOf(
      await answering(
        [
          'HTTP/1.1 102 Processing\r\n\r\n',
          'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nLink: </b>; rel=preload\r\n\r\n',
          'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
        ].join(''),
      ),
    );
    const client = new RawClient(url).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.got('\r\nok')).toMatch(
      /^HTTP\/1.1 102 .*\r\n\r\nHTTP\/1.1 103 .*<\/a>; rel=preload, <\/b>; rel=preload\r\n\r\nHTTP\/1.1 200 /s,
    );
    const old = new RawClient(url).write('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
    expect(await old.got('\r\nok')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('such as 30 kB of headers is passed on, as is such a request', async () => {
    const long = 'a'.repeat(30_000);
    const upstream = await rawServer((socket) => {
      let head = '';
      socket.on('data', (data: Buffer) => {
        head += data;
        if (head.includes(long) && head.endsWith('\r\n\r\n'))
          socket.write(`HTTP/1.1 200 OK\r\nX-A: ${long}\r\nContent-Length: 2\r\n\r\nok`);
      });
    });
    const { url } = await inFrontOf(upstream);
    const client = new RawClient(url).write(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: ${long}\r\n\r\n`);
    expect(await client.got('\r\nok')).toContain(long);
  });

  it('such as closing a connection that a request without a body was sent on gets that request again, once', async () => {
    let requests = 0;
    const upstream = await rawServer((socket) => {
      let ofThis = 0;
      socket.on('data', () => {
        requests++;
        if (ofThis++ === 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else socket.destroy();
      });
    });
    const { url } = await inFrontOf(upstream);
    const status = async (method: string) =>
      (await fetch(url, { method, ...(method === 'POST' && { body: '{}' }) })).status;
    expect(await status('GET')).toBe(200);
    expect(await status('GET')).toBe(200);
    expect(requests).toBe(3);
    // The server may have processed it, so only the client may repeat it.
    expect(await status('POST')).toBe(502);
    await until(() => requests === 4);
  });
});

describe('an HTTP/1.0 request', () => {
  it('without a host goes to the server behind the proxy', async () => {
    const { url } = await behind((incoming, outgoing) => outgoing.end(`for ${incoming.headers.host}.`));
    const client = new RawClient(url).write('GET / HTTP/1.0\r\n\r\n');
    expect(await client.closed()).toMatch(/ 200 .*for 127\.0\.0\.1:\d+\.$/s);
  });
});

describe('a request that the proxy and the server could interpret differently', () => {
  it.each([
    ['two hosts', ['GET / HTTP/1.1', 'Host: x', 'Host: y'], 400],
    ['two equal hosts', ['GET / HTTP/1.1', 'Host: x', 'host: x'], 400],
    ['a target with its own host', ['GET http://inside.example/ HTTP/1.1', 'Host: x'], 400],
    ['a target that is not a path', ['POST mcp HTTP/1.1', 'Host: x', 'Content-Length: 0'], 400],
    ['TRACE', ['TRACE / HTTP/1.1', 'Host: x', 'Authorization: Bearer secret'], 405],
  ])('is refused: %s', async (_, head, status) => {
    let came = 0;
    const { url } = await behind((_incoming, outgoing) => {
      came++;
      outgoing.end();
    });
    const said = await new RawClient(url).write([...head, '', ''].join('\r\n')).closed();
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(said).not.toContain('secret');
    expect(came).toBe(0);
  });

  it('is passed on if it is OPTIONS for the whole server', async () => {
    const { url } = await behind(({ url: target }, outgoing) => outgoing.end(`for ${target}.`));
    await new RawClient(url).write('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n').got('for *.');
  });
});

describe('a proxy whose upstream leads back to it', () => {
  it('reports that at once', async () => {
    let back = 0;
    let came = 0;
    const detour = await rawServer((socket) => {
      came++;
      const onwards = connect(back, '127.0.0.1');
      for (const one of [socket, onwards]) one.on('error', () => {});
      socket.pipe(onwards).pipe(socket);
    });
    const { url } = await inFrontOf(detour);
    back = Number(new URL(url).port);
    const response = await post(url, call(7));
    expect(response.status).toBe(508);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('own request back') },
    });
    expect(came).toBe(1);
    await counted(inFlight, 0);
  });

  it('is different from a chain of two proxies', async () => {
    const { url } = await behind((_, outgoing) => outgoing.end('passed'));
    const headers = { via: '1.1 pmcp-observability (000000000000)' };
    expect(await (await fetch(url, { headers })).text()).toBe('passed');
  });
});

describe('a call that names two tools', () => {
  it.each([
    ['in short', ''],
    ['far from each other', 'x'.repeat(20_000)],
    ['further than is kept', 'x'.repeat(300_000)],
  ])('counts for neither of them: %s', async (_, text) => {
    const { url, port } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => json(outgoing, result(1)));
    });
    const params = `{"name":"safe","arguments":{"text":"${text}"},"name":"delete"}`;
    await (await post(url, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`)).text();
    await (await post(url, call(1))).text();
    await counted(ended('ok', 'slow'), 1);
    const names = [...(await scrape(port)).keys()].filter((key) => key.startsWith('pmcp_requests_total'));
    expect(names.filter((key) => /name="(safe|delete)"/.test(key))).toEqual([]);
  });
});
