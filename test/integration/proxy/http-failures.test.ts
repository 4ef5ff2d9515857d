import { once } from 'node:events';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { behind, call, counted, ended, inFlight, inFrontOf, post } from '../../support/behind-proxy.js';

describe('a server that fails behind the HTTP proxy', () => {
  it('that is down gives 502 with a JSON-RPC error, and is counted', async () => {
    const proxy = await inFrontOf(`http://127.0.0.1:${await freePort()}`);
    const response = await post(proxy.url, call(7));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32000, message: 'MCP server: ECONNREFUSED' },
    });
    await counted('pmcp_errors_total{method="tools/call",name="_other",type="-32000"}', 1);
    await counted(inFlight, 0);
  });

  it('that never answers gives 504 in time', async () => {
    const { url } = await behind((incoming) => void incoming.resume(), ['--timeout', '0.3']);
    const response = await post(url, call(7));
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      id: 7,
      error: { code: -32001, message: 'MCP server: no answer within 0.3 s' },
    });
    await counted(ended('server_error'), 1);
    await counted(inFlight, 0);
  });

  it('that breaks off in the middle breaks off for the client too', async () => {
    const { url } = await behind((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1_000 });
      outgoing.write('{"half":');
      setTimeout(() => outgoing.destroy(), 20);
    });
    const response = await post(url, call(7));
    await expect(response.text()).rejects.toThrow();
    await counted(ended('server_error'), 1);
    await counted(inFlight, 0);
    await counted('pmcp_active_connections{transport="streamable_http"}', 0);
  });

  it('that does not speak HTTP gives 502', async () => {
    const garbage = createTcpServer((socket) => {
      socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n');
    }).listen(0, '127.0.0.1');
    await once(garbage, 'listening');
    const proxy = await inFrontOf(`http://127.0.0.1:${(garbage.address() as AddressInfo).port}`);
    expect((await post(proxy.url, call(1))).status).toBe(502);
    await counted(inFlight, 0);
    garbage.close();
  });

  it.each([
    [401, 'client_error', 'unauthorized', '{"error":"unauthorized"}'],
    [400, 'client_error', 'other', '{"jsonrpc":"2.0","error":{"code":-32602,"message":""},"id":null}'],
    [503, 'server_error', 'other', '<html>'],
  ])('that refuses with %i is counted as %s, type %s', async (status, outcome, type, body) => {
    const { url } = await behind((incoming, outgoing) => {
      incoming
        .resume()
        .once('end', () => outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(body));
    });
    expect((await post(url, call(1), { 'mcp-session-id': 'abc' })).status).toBe(status);
    await counted(ended(outcome), 1);
    await counted(`pmcp_errors_total{method="tools/call",name="_other",type="${type}"}`, 1);
    await counted(inFlight, 0);
  });

  it('gets garbage as the client sent it, and does not get a request head without end', async () => {
    const { url } = await behind((incoming, outgoing) => incoming.pipe(outgoing.writeHead(200)));
    expect(await (await post(url, 'no JSON')).text()).toBe('no JSON');
    await counted('pmcp_errors_total{method="_other",name="",type="parse"}', 1);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nBroken Header\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 400/);
    socket.destroy();
  });
});
