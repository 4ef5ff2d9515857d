import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
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
  read,
  result,
} from '../../support/behind-proxy.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

describe('the HTTP proxy', () => {
  it('passes end-to-end headers on unchanged and in their number, and removes hop-by-hop headers', async () => {
    let came: IncomingMessage | undefined;
    const { url } = await behind((incoming, outgoing) => {
      came = incoming;
      outgoing.writeHead(299, 'Fine', [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Odd-Case',
        'é',
        'Keep-Alive',
        'x',
        'Date',
        'then',
      ]);
      outgoing.end('body');
    });
    const headers = {
      Host: 'mcp.example',
      Origin: 'https://app.example',
      Connection: 'keep-alive, X-Private',
      'X-Private': 'mine',
      'Proxy-Authorization': 'secret',
      TE: 'trailers',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'slow',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const response = await responseTo(request(`${url}/a%20b?c=/d//e`, { headers }).end());

    expect((await read(response)).toString()).toBe('body');
    expect([response.statusCode, response.statusMessage]).toEqual([299, 'Fine']);
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(response.rawHeaders).toContain('X-Odd-Case');
    expect(response.headers.date).toBe('then');
    expect(response.headers['keep-alive']).not.toBe('x');
    expect(came?.url).toBe('/a%20b?c=/d//e');
    expect(came?.headers).toEqual({
      host: 'mcp.example',
      origin: 'https://app.example',
      'mcp-method': 'tools/call',
      'mcp-name': 'slow',
      traceparent: headers.traceparent,
      via: expect.stringMatching(/^1\.1 pmcp-observability \(\w+\)$/),
      connection: 'keep-alive',
    });
  });

  it('adds the client address if it is configured to, and trusts no such header of clients', async () => {
    const { url } = await behind(
      (incoming, outgoing) => json(outgoing, JSON.stringify(incoming.headers)),
      ['--forwarded'],
    );
    const claims = {
      forwarded: 'for=192.0.2.1',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'https',
    };
    const response = await fetch(url, { headers: { ...claims, 'x-forwarded-host': 'bank.example' } });
    expect(await response.json()).toMatchObject({
      forwarded: `for=127.0.0.1;proto=http;host="${new URL(url).host}"`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(url).host,
    });
  });

  it('appends the client address if a trusted proxy is in front of it', async () => {
    const { url } = await behind(
      (incoming, outgoing) => json(outgoing, JSON.stringify(incoming.headers)),
      ['--after-proxy'],
    );
    const response = await fetch(url, {
      headers: { Forwarded: 'for=192.0.2.1', 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'https' },
    });
    expect(await response.json()).toMatchObject({
      forwarded: `for=192.0.2.1, for=127.0.0.1;proto=http;host="${new URL(url).host}"`,
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      // The scheme and the host that the first proxy saw.
      'x-forwarded-proto': 'https',
      'x-forwarded-host': new URL(url).host,
    });
  });

  it('passes bodies of any size and framing both ways, byte for byte', async () => {
    const { url } = await behind((incoming, outgoing) => incoming.pipe(outgoing.writeHead(200)));
    const body = Buffer.alloc(20 << 20, 'some bytes, 17 …');
    for (const headers of [{ 'Content-Length': body.length }, { 'Transfer-Encoding': 'chunked' }]) {
      for (const method of ['POST', 'DELETE']) {
        const sent = request(url, { method, headers });
        sent.end(body);
        expect((await read(await responseTo(sent))).equals(body)).toBe(true);
      }
    }
  });

  it.each([
    ['gzip', gzipSync, 'tool_error'],
    ['br', brotliCompressSync, 'tool_error'],
    ['deflate', deflateSync, 'tool_error'],
    ['one that nobody knows', (text: string) => Buffer.from(text), 'ok'],
  ])(
    'passes answers on with their compression, and still reads them: %s',
    async (encoding, compress, outcome) => {
      const body = compress(result(1, { isError: true }));
      const { url } = await behind((incoming, outgoing) => {
        incoming.resume().once('end', () => {
          outgoing
            .writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': encoding })
            .end(body);
        });
      });
      const sent = request(url, { method: 'POST', headers: { 'Accept-Encoding': encoding } });
      sent.end(call(1));
      expect((await read(await responseTo(sent))).equals(body)).toBe(true);
      await counted(ended(outcome, outcome === 'ok' ? 'slow' : '_other'), 1);
    },
  );

  it('passes an event on as soon as it arrives', async () => {
    let stream: ServerResponse | undefined;
    const { url } = await behind((_, outgoing) => {
      stream = outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      stream.flushHeaders();
    });
    const response = await post(url, call(1));
    const reader = response.body!.getReader();
    for (const data of ['{"jsonrpc":"2.0","method":"notifications/progress"}', result(1)]) {
      stream!.write(`event: message\ndata: ${data}\n\n`);
      expect(Buffer.from((await reader.read()).value!).toString()).toContain(data);
    }
    await counted(ended('ok', 'slow'), 1);
    stream!.end();
    expect((await reader.read()).done).toBe(true);
    await counted('pmcp_active_connections{transport="streamable_http"}', 0);
  });

  it('waits for the 100 Continue of the server before the client sends its body', async () => {
    const upstream = createServer().listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { url } = await inFrontOf(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
    upstream.on('checkContinue', (incoming, outgoing) => {
      if (incoming.headers['x-refuse']) outgoing.writeHead(417).end();
      else {
        outgoing.writeContinue();
        incoming.pipe(outgoing);
      }
    });
    const headers = { Expect: '100-continue', 'Content-Length': 5 };
    const sent = request(url, { method: 'POST', headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('hello');
    expect((await read(await responseTo(sent))).toString()).toBe('hello');
    const refused = request(url, { method: 'POST', headers: { ...headers, 'X-Refuse': '1' } });
    refused.flushHeaders();
    expect((await responseTo(refused)).statusCode).toBe(417);
    refused.destroy();
    upstream.closeAllConnections();
    upstream.close();
  });

  it('refuses a WebSocket, and ignores other upgrades', async () => {
    const { url } = await behind((incoming, outgoing) => outgoing.end(JSON.stringify(incoming.headers)));
    const upgrade = (to: string) => request(url, { headers: { Connection: 'Upgrade', Upgrade: to } }).end();
    const refused = await responseTo(upgrade('websocket'));
    expect(refused.statusCode).toBe(501);
    expect(JSON.parse((await read(refused)).toString())).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32600 },
    });
    const ignored = await responseTo(upgrade('h2c'));
    expect(JSON.parse((await read(ignored)).toString()).upgrade).toBeUndefined();
  });

  it('tells the server when the client disconnects, and counts its request as cancelled', async () => {
    let gone = false;
    let arrived = false;
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => {
        arrived = true;
      });
      outgoing.once('close', () => {
        gone = true;
      });
    });
    const sent = request(url, { method: 'POST' });
    sent.on('error', () => {});
    sent.end(call(1));
    await until(() => arrived);
    await counted(inFlight, 1);
    sent.destroy();
    await until(() => gone);
    await counted(inFlight, 0);
    await counted(ended('cancelled'), 1);
    await counted('pmcp_active_connections{transport="streamable_http"}', 0);
  });
});
