import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { parseSamples, type Samples, scrape } from '../../support/exposition.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { body, HEADERS, listen } from '../http/requests.js';
import { type Served, serve } from '../http/serve.js';
import { ALONE } from '../scenarios/host.js';
import { exportingTo } from '../scenarios/proxied-hosts.js';
import { v1Server } from '../scenarios/v1.js';
import { v2Server } from '../scenarios/v2.js';
import { agreed as agreedByAll } from '../signals/exported.js';

const REFUSE = 'x-refuse';

/** A handler of the application that refuses requests before the server. */
function refusing(serveMcp: RequestListener): RequestListener {
  return (incoming, outgoing) => {
    const { [REFUSE]: refuse } = incoming.headers;
    if (typeof refuse !== 'string') return serveMcp(incoming, outgoing);
    const [status, error] = refuse.split(' ');
    if (error !== undefined) outgoing.setHeader('www-authenticate', `Bearer error="${error}"`);
    return incoming.resume().once('end', () => outgoing.writeHead(Number(status)).end('{}'));
  };
}

function modern({ observe }: Observability): RequestListener {
  const handler = createMcpHandler(() => observe(v2Server()), { maxSubscriptions: 1 });
  return toNodeHandler(observe(handler)) as unknown as RequestListener;
}

/** SDK v1 as in its examples: a transport for each session, and 400 for requests without one. */
function stateful({ observe }: Observability): RequestListener {
  const sessions = new Map<unknown, StreamableHTTPServerTransport>();
  return async (incoming: IncomingMessage, outgoing) => {
    const named = incoming.headers['mcp-session-id'];
    let transport = sessions.get(named);
    if (transport === undefined) {
      const made = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void sessions.set(id, made),
      });
      await observe(v1Server()).connect(made as never);
      transport = made;
    }
    await transport.handleRequest(incoming, outgoing);
  };
}

const HOSTS: Record<string, { serve: (observability: Observability) => RequestListener; isModern: boolean }> =
  {
    'a handler of SDK v2': { serve: modern, isModern: true },
    'sessions of SDK v1': { serve: stateful, isModern: false },
  };

const legacyBody = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 7, method, params });

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Valid and invalid requests of every kind of client. */
function asks(isModern: boolean): readonly (readonly [string, Ask])[] {
  const message = isModern ? body('tools/list') : legacyBody('tools/list');
  const named = isModern ? { 'mcp-method': 'tools/list' } : {};
  const post = (headers: Record<string, string> = {}, text = JSON.stringify(message)): Ask => ({
    method: 'POST',
    headers: { ...named, ...headers },
    body: text,
  });
  return [
    ['a list', post()],
    ['a request that is refused with 401', post({ [REFUSE]: '401' })],
    ['an expired token', post({ [REFUSE]: '401 invalid_token' })],
    ['a missing scope', post({ [REFUSE]: '403 insufficient_scope' })],
    ['a forbidden origin', post({ [REFUSE]: '403' })],
    ['too many requests', post({ [REFUSE]: '429' })],
    ['a body that is too large', post({ [REFUSE]: '413' })],
    ['a server that fails', post({ [REFUSE]: '503' })],
    ['an unknown protocol version', post({ 'mcp-protocol-version': '2099-01-01' })],
    ['an unknown session', post({ 'mcp-session-id': 'invented' })],
    ['an Accept header without a usable type', post({ accept: 'text/plain' })],
    ['an incomplete body', post({}, '{"jsonrpc": "2.0", ')],
    ['a body with another content type', post({ 'content-type': 'text/plain' })],
    ...(isModern ? [['a header that contradicts', post({ 'mcp-method': 'tools/call' })] as const] : []),
    ...['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].map((method) => [method, { method }] as const),
    ...['HEAD', 'OPTIONS', 'PUT'].map(
      (method) => [`${method} of a session`, { method, headers: { 'mcp-session-id': 'invented' } }] as const,
    ),
  ];
}

const FAMILIES = [
  'pmcp_http_exchanges_total',
  'pmcp_http_first_byte_seconds_count',
  'pmcp_http_response_bytes_total',
  'pmcp_active_subscriptions',
  'pmcp_silent_subscriptions',
  'pmcp_subscription_',
  'pmcp_notifications_total',
  'pmcp_active_connections',
  'pmcp_requests_in_flight',
];

/**
 * What both sides must agree on. They may differ in the method of a refused request, because only the proxy
 * reads its body.
 */
function facts(samples: Samples): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [key, value] of samples) {
    if (value === 0 || key.includes('_bucket{') || key.includes('_sum{')) continue;
    if (FAMILIES.some((family) => key.startsWith(family))) found[key] = value;
    const outcome = /^pmcp_requests_total\{.*(outcome="\w+")/.exec(key)?.[1];
    const type = /^pmcp_errors_total\{.*(type="[^"]+")/.exec(key)?.[1];
    const sum = outcome ?? type;
    if (sum !== undefined) found[sum] = (found[sum] ?? 0) + value;
  }
  return found;
}

/** Returns what changed, in a stable order. */
function growth(before: Record<string, number>, after: Record<string, number>): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .map((key) => [key, (after[key] ?? 0) - (before[key] ?? 0)] as const)
    .filter(([, change]) => change !== 0)
    .map(([key, change]) => `${key} ${change}`);
}

describe.each(Object.entries(HOSTS))('what the proxy and the toolkit count for %s', (_, host) => {
  const observability = createObservability(ALONE);
  let served: Served;
  let proxy: RunningProxy;
  let collector: Collector;
  beforeAll(async () => {
    served = await serve(refusing(host.serve(observability)));
    collector = await Collector.start();
    proxy = await startHttpProxy(served.url.origin, [], exportingTo(collector));
  });
  afterAll(async () => {
    await proxy.stop();
    collector.stop();
    await served.close();
  });

  const both = async () => {
    const outside = facts(await scrape(proxy.port));
    return { outside, inside: facts(parseSamples(await observability.registry.metrics())) };
  };
  let before: Awaited<ReturnType<typeof both>>;
  beforeEach(async () => {
    before = await both();
  });

  /** Waits until both have counted something, and the same. */
  const agreed = () =>
    expect
      .poll(async () => {
        const { outside, inside } = await both();
        const grew = growth(before.inside, inside);
        return { inside: grew, outside: growth(before.outside, outside), isNothing: grew.length === 0 };
      })
      .toSatisfy(({ inside, outside, isNothing }) => !isNothing && isDeepStrictEqual(inside, outside));

  it.each(asks(host.isModern))('is the same: %s', async (_title, { method, headers, body: text }) => {
    const base = host.isModern ? HEADERS : { ...HEADERS, 'mcp-protocol-version': '2025-06-18' };
    const response = await fetch(new URL('/mcp', proxy.url), {
      ...(method !== undefined && { method }),
      headers: { ...base, ...headers },
      ...(text !== undefined && { body: text }),
    });
    await response.text();
    await agreed();
  });

  it.runIf(host.isModern)('is the same: streams, and one above the limit', async () => {
    const url = new URL('/mcp', proxy.url);
    const first = await listen(url, 1);
    await agreed();
    const second = await listen(url, 2);
    await second.response.text();
    await agreed();
    first.leave();
    await agreed();
  });

  it('is also the same in the spans and log lines of the proxy', async () => {
    const requests = await agreedByAll({ metrics: () => scrape(proxy.port), collector });
    expect(Object.keys(requests).length).toBeGreaterThan(2);
  });
});
