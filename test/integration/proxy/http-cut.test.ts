import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { behind, call, counted, ended, inFlight, json, post, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { RawClient } from '../../support/raw-http.js';
import { until } from '../../support/until.js';

const exchanges = (status: number, reason: string) =>
  `pmcp_http_exchanges_total{http_method="POST",status="${status}",reason="${reason}"}`;
const unauthorized = exchanges(401, 'unauthorized');
const active = 'pmcp_active_connections{transport="streamable_http"}';

const LONG = randomBytes(2_000_000).toString('base64');
const LONG_CALL = call(1).replace('{}', `{"a":"${LONG}"}`);

const turnAway: RequestListener = (incoming, outgoing) => {
  incoming.resume();
  outgoing.writeHead(401).end('{}');
};

/** How much of a request has arrived when its client disconnects. */
const BEGINNINGS: readonly (readonly [string, (readonly string[])?])[] = [
  [LONG_CALL.slice(0, 100_000)],
  // With the member order of SDK v1.
  ['{"method":"tools/call","params":{"name":"slow","arguments":{"a":"'],
  ['{"jsonrpc":"2.0","id":1,"method":"own","params":{"a":"'],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"'],
  ['{"method":"notifications/progress","params":{"a":"'],
  [' ', ['Accept: application/json, text/event-stream']],
  [' ', ['Mcp-Method: tools/call']],
];

/** Sends the beginning of a request, and disconnects after the answer. */
async function goneAfter(url: string, begins: string | Buffer, headers: readonly string[] = []) {
  const client = new RawClient(url);
  client.write(['POST /mcp HTTP/1.1', 'Host: x', ...headers, 'Content-Length: 5000000', '', ''].join('\r\n'));
  client.socket.write(begins);
  await client.got('{}');
  client.socket.destroy();
}

describe('a request that is answered before it was sent completely', () => {
  it('is counted once, whatever identifies it as MCP', async () => {
    const { url } = await behind(turnAway);
    for (const [i, [begins, headers]] of BEGINNINGS.entries()) {
      await goneAfter(url, begins, headers);
      await counted(unauthorized, i + 1);
    }
    await counted(ended('client_error'), 3);
    await counted('pmcp_requests_total{method="_other",name="",outcome="client_error"}', 4);
    await counted(active, 0);
  });

  it('is not counted if its beginning is not MCP', async () => {
    const { url, port } = await behind(turnAway);
    for (const begins of ['plain text', '{"a":1', '{"method":"of a REST interface","x":"', '[[[', '{"method'])
      await goneAfter(url, begins);
    await goneAfter(url, LONG_CALL.slice(0, 1_000));
    await counted(unauthorized, 1);
    expect((await scrape(port)).get(ended('client_error'))).toBe(1);
  });

  it('has the outcome of its answer when the server did not wait for the rest', async () => {
    const { url } = await behind((incoming, outgoing) => {
      incoming.resume();
      json(outgoing, result(1, { isError: true, a: {} }));
    });
    await goneAfter(url, LONG_CALL.slice(0, 100_000));
    await goneAfter(url, '{"method":"tools/call","params":{"name":"slow","arguments":{"a":"');
    await counted(ended('tool_error'), 2);
    await counted(exchanges(200, ''), 2);
    await counted(inFlight, 0);
    await counted(active, 0);
  });

  it('is an aborted exchange if no answer had arrived', async () => {
    let came = false;
    const { url } = await behind((incoming) => {
      incoming.once('data', () => {
        came = true;
      });
    });
    const head = 'POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n';
    const client = new RawClient(url).write(head + LONG_CALL.slice(0, 1_000));
    await until(() => came);
    client.socket.destroy();
    await counted('pmcp_http_exchanges_total{http_method="POST",status="",reason="client_closed"}', 1);
    await counted(active, 0);
  });

  it('leaves enough of the read budget for later requests', async () => {
    const { url, port } = await behind(turnAway);
    const body = brotliCompressSync(LONG_CALL, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const headers = { 'content-encoding': 'br' };
    for (let i = 0; i < 10; i++)
      await goneAfter(url, body.subarray(0, 100_000), ['Content-Encoding: br', 'Mcp-Method: tools/call']);
    await counted(unauthorized, 10);
    const unread = async () =>
      (await scrape(port)).get('pmcp_telemetry_dropped_total{signal="metrics",reason="unreadable_body"}') ??
      0;
    // A busy proxy passes an answer on before it sees that the client of an earlier one is gone.
    let answered = 10;
    await until(async () => {
      const before = await unread();
      await fetch(url, { method: 'POST', body, headers });
      await counted(unauthorized, ++answered);
      return (await unread()) === before;
    });
  });
});

describe('a server that answers and closes before it has read a request', () => {
  it.each([
    ['says that it will', true],
    ['closes at once', false],
  ])('is heard, and counted once, if it %s', async (_, isPolite) => {
    const { url } = await behind((incoming, outgoing) => {
      outgoing.writeHead(401, { connection: 'close' });
      outgoing.end('{}', () => isPolite || incoming.socket.destroy());
    });
    for (let i = 0; i < 8; i++) {
      const answer = await post(url, LONG_CALL);
      expect([answer.status, await answer.text()]).toEqual([401, '{}']);
    }
    await counted(unauthorized, 8);
    await counted(ended('client_error'), 8);
    await counted(inFlight, 0);
    await counted(active, 0);
  });
});
