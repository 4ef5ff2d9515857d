import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { until } from '../../support/until.js';

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow', arguments: {} } };
const note = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };
const failure = (code: number, message = '', id: unknown = null) =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A request, its answer, and how both are counted. */
interface Case extends Answer {
  readonly title: string;
  readonly sent?: Record<string, string>;
  readonly says?: unknown;
  readonly reason: string;
  readonly outcome: string;
  readonly type: string;
}

const refused = (title: string, answer: Answer, reason: string, more: Partial<Case> = {}): Case => {
  const outcome = answer.status < 500 ? 'client_error' : 'server_error';
  return { title, ...answer, reason, outcome, type: reason, ...more };
};

const session = { 'mcp-session-id': 'a' };
const challenge = (error: string) => ({ 'www-authenticate': `Bearer error="${error}"` });

const CASES: readonly Case[] = [
  refused('credentials are missing', { status: 401, body: '{"error":"unauthorized"}' }, 'unauthorized'),
  refused('a token has ended', { status: 401, headers: challenge('invalid_token') }, 'invalid_token'),
  refused(
    'a scope is missing',
    { status: 403, headers: challenge('insufficient_scope') },
    'insufficient_scope',
  ),
  refused('an origin may not', { status: 403, body: failure(-32000, 'Origin') }, 'forbidden'),
  refused('requests come too often', { status: 429, headers: { 'retry-after': '7' } }, 'rate_limited'),
  refused(
    'a session has ended',
    { status: 404, body: failure(-32001, 'Session not found') },
    'unknown_session',
    {
      sent: session,
    },
  ),
  refused(
    'a gate answers with the id',
    { status: 401, body: failure(-32001, 'Unauthorized', 1) },
    'unauthorized',
  ),
  refused('a path is not there', { status: 404, body: 'Not Found' }, 'other'),
  refused('a version is of tomorrow', { status: 400, body: failure(-32022, 'no', 1) }, 'unsupported_version'),
  refused(
    'a version is refused by SDK v1',
    { status: 400, body: failure(-32000, 'Bad Request: Unsupported protocol version: 1') },
    'unsupported_version',
  ),
  refused('a header contradicts the body', { status: 400, body: failure(-32020, '', 1) }, 'header_mismatch'),
  refused('a body is too large', { status: 413 }, 'body_too_large'),
  refused('an Accept allows no stream', { status: 406, body: failure(-32000) }, 'not_acceptable'),
  refused('a body is of another type', { status: 415 }, 'unsupported_media_type'),
  refused('POST is not served', { status: 405 }, 'method_not_allowed'),
  refused('a server fails without a word', { status: 503, body: '<html>' }, 'other'),
  {
    title: 'a capability is missing, which a server reports with 400',
    status: 400,
    body: failure(-32021, '', 1),
    reason: '',
    outcome: 'client_error',
    type: '-32021',
  },
  {
    title: 'a method is unknown, which a server reports with 404',
    status: 404,
    body: failure(-32601, '', 1),
    reason: '',
    outcome: 'client_error',
    type: '-32601',
  },
  {
    title: 'a server fails and reports it',
    status: 500,
    body: failure(-32603, '', 1),
    reason: '',
    outcome: 'server_error',
    type: '-32603',
  },
  refused('a notification is refused', { status: 401 }, 'unauthorized', { says: note }),
  refused('what cannot be read is refused', { status: 401 }, 'unauthorized', {
    says: 'lost',
    sent: { 'content-encoding': 'zstd', 'mcp-method': 'tools/call' },
  }),
];

let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void = () => {};
const upstream = createServer((incoming, outgoing) => {
  incoming.resume().once('end', () => answer(incoming, outgoing));
});
let proxy: RunningProxy;
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as { port: number };
  proxy = await startHttpProxy(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await proxy.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const FAMILIES =
  /^pmcp_(http_exchanges_total|requests_total|errors_total|request_duration_seconds_count|requests_in_flight|active_connections|connections_total|connection_duration_seconds_count)/;

/** Returns what changed, after the exchange was counted. */
async function grew(does: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await scrape(proxy.port);
  const exchanges = (samples: ReadonlyMap<string, number>) =>
    [...samples].reduce((sum, [key, value]) => sum + (key.startsWith('pmcp_http_exchanges') ? value : 0), 0);
  await does();
  await until(async () => exchanges(await scrape(proxy.port)) > exchanges(before));
  const changes: Record<string, number> = {};
  for (const [key, value] of await scrape(proxy.port)) {
    const change = value - (before.get(key) ?? 0);
    if (FAMILIES.test(key) && change !== 0) changes[key] = change;
  }
  return changes;
}

describe('a request that is refused behind the HTTP proxy', () => {
  it.each(CASES)('ends once with its reason: $title', async (one) => {
    answer = (_, outgoing) => {
      const type = one.body?.startsWith('{') ? { 'content-type': 'application/json' } : {};
      outgoing.writeHead(one.status, { ...type, ...one.headers }).end(one.body);
    };
    const { says = call } = one;
    const growth = await grew(async () => {
      const response = await fetch(proxy.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'mcp-protocol-version': '2025-06-18', ...one.sent },
        body: typeof says === 'string' ? says : JSON.stringify(says),
      });
      expect(response.status).toBe(one.status);
      await response.text();
    });
    const [method, name] = says === note ? ['_other', ''] : ['tools/call', '_other'];
    expect(growth).toEqual({
      [`pmcp_http_exchanges_total{http_method="POST",status="${one.status}",reason="${one.reason}"}`]: 1,
      [`pmcp_requests_total{method="${method}",name="${name}",outcome="${one.outcome}"}`]: 1,
      [`pmcp_errors_total{method="${method}",name="${name}",type="${one.type}"}`]: 1,
      ...(one.reason === '' && {
        [`pmcp_request_duration_seconds_count{method="${method}",name="${name}"}`]: 1,
        // Only these requests reached a server, which then had a client.
        'pmcp_connections_total{transport="streamable_http",protocol_version="2025-06-18",client="unknown"}': 1,
        'pmcp_connection_duration_seconds_count{transport="streamable_http"}': 1,
      }),
    });
  });

  it.each([
    ['without a session', {}],
    ['with a session that it has invented', { 'mcp-session-id': 'b' }],
  ])('is no connection if it is a handshake %s, and is one if it is accepted', async (_, headers) => {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const shakes = async () => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      await (await fetch(proxy.url, { method: 'POST', headers: { ...headers }, body })).text();
    };
    const connections = (growth: object) => Object.keys(growth).filter((key) => key.includes('_connection'));
    answer = (_incoming, outgoing) => void outgoing.writeHead(401).end();
    expect(connections(await grew(shakes))).toEqual([]);
    answer = (_incoming, outgoing) => {
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        serverInfo: { name: 's', version: '1' },
      };
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
    };
    expect(connections(await grew(shakes))).toContain(
      'pmcp_connections_total{transport="streamable_http",protocol_version="2025-06-18",client="x"}',
    );
  });
});

describe('an exchange that is no request', () => {
  const known = { 'mcp-protocol-version': '2025-06-18' };
  it.each([
    ['OPTIONS', 204, ''],
    ['HEAD', 405, 'method_not_allowed'],
    ['PUT', 405, 'method_not_allowed'],
    ['GET', 405, 'method_not_allowed'],
    ['DELETE', 404, 'unknown_session'],
    ['DELETE', 200, ''],
  ])('is counted once: %s, answered with %i', async (method, status, reason) => {
    answer = (_, outgoing) => void outgoing.writeHead(status).end();
    const growth = await grew(() => fetch(proxy.url, { method, headers: { ...known, ...session } }));
    const label = method === 'PUT' ? '_other' : method;
    expect(growth).toEqual({
      [`pmcp_http_exchanges_total{http_method="${label}",status="${status}",reason="${reason}"}`]: 1,
    });
  });

  it('is counted only on a path where a server has answered before', async () => {
    answer = ({ url }, outgoing) => {
      if (url === '/mcp') outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(url === '/mcp' ? JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }) : '{}');
    };
    const url = new URL('/mcp', proxy.url);
    const growth = await grew(async () => {
      await (await fetch(new URL('/health', proxy.url))).text();
      await (await fetch(url)).text();
      await (await fetch(url, { method: 'POST', body: JSON.stringify(call) })).text();
      await (await fetch(`${url}?a=1`)).text();
    });
    expect(growth['pmcp_http_exchanges_total{http_method="GET",status="200",reason=""}']).toBe(1);
    expect(growth['pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}']).toBe(1);
  });

  it('is counted when its client disconnects before any answer', async () => {
    answer = () => {};
    const growth = await grew(async () => {
      const sent = request(proxy.url, { method: 'POST', headers: known });
      sent.on('error', () => {});
      sent.end(JSON.stringify(call));
      await until(
        async () => (await scrape(proxy.port)).get('pmcp_requests_in_flight{method="tools/call"}') === 1,
      );
      sent.destroy();
    });
    expect(growth).toMatchObject({
      'pmcp_http_exchanges_total{http_method="POST",status="",reason="client_closed"}': 1,
    });
  });

  it('shows when its answer began, and how many bytes it had', async () => {
    const body = gzipSync(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }));
    answer = (_, outgoing) =>
      void outgoing
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(body);
    const before = await scrape(proxy.port);
    await grew(async () =>
      (await fetch(proxy.url, { method: 'POST', headers: known, body: JSON.stringify(call) })).text(),
    );
    const after = await scrape(proxy.port);
    const change = (key: string) => (after.get(key) ?? 0) - (before.get(key) ?? 0);
    expect(change('pmcp_http_first_byte_seconds_count{http_method="POST"}')).toBe(1);
    expect(change('pmcp_http_response_bytes_total{kind="json"}')).toBe(body.length);
  });
});
