import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jaeger } from './jaeger.js';
import { serveViewer, type Viewer } from './serve.js';
import { shipped } from './shipped.js';

const MEGABYTE = Buffer.alloc(1_048_576, 'x');

/** A hostile Prometheus and trace store: the requests that it got, and the megabytes of its endless answer. */
const asked: string[] = [];
let sent = 0;
let answer: (response: ServerResponse) => void = (response) => void response.end('{}');
let upstream: Server;
let viewer: Viewer;
beforeAll(async () => {
  upstream = createServer(({ url = '' }, response) => {
    asked.push(url);
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const url = new URL(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}/base/`);
  viewer = await serveViewer({ ...shipped(), prometheus: { P: { url } }, traces: jaeger({ url }) });
});
afterAll(async () => {
  await viewer.close();
  upstream.closeAllConnections();
  upstream.close();
});

/** Sends an endless answer, as fast as the viewer reads it. */
function endless(response: ServerResponse): void {
  sent = 0;
  const more = () => {
    while (!response.destroyed) {
      sent++;
      if (!response.write(MEGABYTE)) {
        response.once('drain', more);
        return;
      }
    }
  };
  more();
}

/** Sends a request without changing its target, and returns all that the viewer sends. */
async function raw(target: string, headers = 'Host: localhost'): Promise<string> {
  const socket = connect(Number(new URL(viewer.url).port), '127.0.0.1').on('error', () => {});
  socket.write(`GET ${target} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

describe('a trace store', () => {
  it('with an endless answer is given up, and takes no memory', async () => {
    answer = endless;
    const response = await fetch(`${viewer.url}/traces/abc1`);
    expect(response.status).toBe(502);
    expect((await response.json()).error).toContain('expected an answer of at most');
    // The sockets still hold what was sent before the viewer gave up.
    expect(sent).toBeLessThan(64);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['a list of nothing', '{"data":[null]}'],
    ['spans of no process', '{"data":[{"traceID":"abc1","processes":null,"spans":[{}]}]}'],
    [
      'names of other things',
      '{"data":[{"traceID":"a","processes":{},"spans":[{"processID":"__proto__","tags":[{"key":"__proto__","value":1}]}]}]}',
    ],
    ['half of an answer', undefined],
  ])('that answers %s is an error, or empty, and no crash', async (_, body) => {
    answer = (response) => {
      response.writeHead(200, body === undefined ? { 'content-length': 100 } : {});
      if (body === undefined) response.write('{', () => response.destroy());
      else response.end(body);
    };
    for (const path of ['traces/abc1', 'traces?kind=slow']) {
      const response = await fetch(`${viewer.url}/${path}`);
      expect([200, 404, 502]).toContain(response.status);
      expect(response.headers.get('content-type')).toBe('application/json');
      await response.text();
    }
  });
});

describe('a Prometheus', () => {
  it('with an endless answer takes no memory of the viewer, and is cancelled when the client disconnects', async () => {
    answer = endless;
    const leaving = new AbortController();
    const { signal } = leaving;
    const response = await fetch(`${viewer.url}/prometheus/P/query?query=up`, { signal });
    await response.body?.getReader().read();
    const before = sent;
    leaving.abort();
    // The viewer read no more than the sockets hold.
    expect(before).toBeLessThan(64);
  });

  it('that breaks off its answer breaks off the answer of the viewer', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"a":', () => response.destroy());
    };
    const response = await fetch(`${viewer.url}/prometheus/P/query?query=up`);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('a query', () => {
  const encoded = ['..', '%2e%2e', '%2E.', '..%2f..', '..%5c..', '%252e%252e', '.%00.', '..;'];
  const admin = encoded.flatMap((up) => [
    `/prometheus/P/query/${up}/admin/tsdb/delete_series`,
    `/prometheus/P/${up}/${up}/-/quit`,
    `/prometheus/P/label/${up}/values`,
    `/prometheus/${up}/P/query`,
    `/dashboards/${up}/package.json`,
    `/runbooks/${up}/${up}/package.json`,
    `/traces/${up}/api/services`,
  ]);
  const targets = [
    ...admin,
    '/prometheus/P/query%3fquery=up',
    '/prometheus/P/query%23',
    '/prometheus/P/query%0d%0aHost:%20x',
    '/prometheus/__proto__/query',
    '/prometheus/constructor/query',
    '/prometheus/http:%2f%2fevil.example/query',
    '//evil.example/prometheus/Q/query',
    'http://evil.example/prometheus/Q/query',
    '/prometheus/%/query',
    '//',
    '/%',
    '/\\..\\..\\package.json',
  ];

  it.each(targets)('reaches only allowed addresses: %s', async (target) => {
    asked.length = 0;
    answer = (response) => void response.end('{}');
    const response = await raw(target);
    expect(response).toMatch(/^HTTP\/1\.1 (?:200|400|403|404|500) /);
    expect(response).not.toContain('"dependencies"');
    // Whatever the target became: it must be a query below the given address.
    for (const url of asked)
      expect(url).toMatch(/^\/base\/api\/(?:v1\/(?:query|label\/\w+\/values)|services|traces)(?:\?|$)/);
  });

  it('of a foreign page is refused, whichever of two Host headers comes first', async () => {
    for (const hosts of ['Host: evil.example\r\nHost: localhost', 'Host:', 'Host: localhost@evil.example'])
      expect(await raw('/contents', hosts)).toMatch(/^HTTP\/1\.1 40[03] /);
  });
});
