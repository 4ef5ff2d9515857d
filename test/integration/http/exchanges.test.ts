import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseSamples, type Samples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { countedByLines, countedByMetrics, countedBySpans } from '../signals/agreement.js';
import { registerApplicationProvider, Witness } from '../signals/witnesses.js';
import { body, HEADERS, INITIALIZE, LEGACY } from './requests.js';
import { type Endpoint, setups, TOKEN } from './setups.js';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Valid and invalid requests of all kinds of clients. */
const kinds: Record<string, Sent> = {
  'a handshake': { headers: LEGACY, body: JSON.stringify(INITIALIZE) },
  'a request of 2026-07-28': {
    headers: { ...HEADERS, 'mcp-method': 'tools/list' },
    body: JSON.stringify(body('tools/list')),
  },
  'a call that fails in band': {
    headers: { ...HEADERS, 'mcp-method': 'tools/call', 'mcp-name': 'nothing' },
    body: JSON.stringify(body('tools/call', { name: 'nothing', arguments: {} })),
  },
  'a notification': {
    headers: LEGACY,
    body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
  },
  'what is no JSON': { headers: HEADERS, body: '{"jsonrpc":' },
  'what is no JSON-RPC': { headers: HEADERS, body: '{"hello":1}' },
  nothing: { headers: HEADERS, body: '' },
  'a header that contradicts the body': {
    headers: { ...HEADERS, 'mcp-method': 'tools/call' },
    body: JSON.stringify(body('tools/list')),
  },
  'an unknown protocol version': {
    headers: { ...HEADERS, 'mcp-protocol-version': '2099-01-01', 'mcp-method': 'tools/list' },
    body: JSON.stringify(body('tools/list')).replaceAll('2026-07-28', '2099-01-01'),
  },
  'an unknown session': {
    headers: { ...LEGACY, 'mcp-session-id': 'gone' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' }),
  },
  'an Accept header without a usable type': {
    headers: { ...LEGACY, accept: 'text/html' },
    body: JSON.stringify(INITIALIZE),
  },
  'a body with another content type': { headers: { ...LEGACY, 'content-type': 'text/plain' }, body: 'hello' },
  'a body that is too large': { headers: HEADERS, body: `{"a":"${'x'.repeat(5_000_000)}"}` },
  HEAD: { method: 'HEAD' },
  OPTIONS: { method: 'OPTIONS' },
  PUT: { method: 'PUT', headers: HEADERS, body: '{}' },
  PATCH: { method: 'PATCH', headers: HEADERS, body: '{}' },
  DELETE: { method: 'DELETE' },
};

beforeAll(() => void registerApplicationProvider());

let endpoint: Endpoint | undefined;
afterEach(() => endpoint?.close());

function exchanges(samples: Samples): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [key, count] of samples) {
    const labels = new RegExp(
      `^${catalog.httpExchanges.name}{http_method="(.*)",status="(.*)",reason="(.*)"}`,
    ).exec(key);
    if (labels === null || count === 0) continue;
    const [, method, status] = labels;
    counts[`${method} ${status}`] = (counts[`${method} ${status}`] ?? 0) + count;
  }
  return counts;
}

const GUARDS: Record<string, string>[] = [
  {},
  { authorization: 'Bearer wrong' },
  { authorization: `Bearer ${TOKEN}` },
];

const LABELLED = new Set(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']);

describe.each(setups)('$title', ({ open, isGuarded, beginsWithStream }) => {
  it('counts every exchange once, as its client sees it, and refused ones as requests in all three signals', async () => {
    const witness = new Witness();
    const { observe, registry } = createObservability({ ...ALONE, ...witness.options });
    endpoint = await open(observe);
    const { url, fetch } = endpoint;
    const seen = await greet(endpoint, beginsWithStream);
    let refused = 0;
    const send = async (sent: Sent, guard: Record<string, string>) => {
      const headers = { ...sent.headers, ...guard };
      const response = await fetch(new Request(url, { method: 'POST', ...sent, headers }));
      await response.text();
      const { method = 'POST' } = sent;
      const key = `${LABELLED.has(method) ? method : '_other'} ${response.status}`;
      seen[key] = (seen[key] ?? 0) + 1;
      if (method === 'POST' && response.status >= 400) refused++;
    };
    const guards = isGuarded ? GUARDS : [{}];
    for (const sent of Object.values(kinds)) for (const guard of guards) await send(sent, guard);
    // Sends many equal requests at once, except the body that is too large, because its connection is cut and
    // others on it too.
    const { 'a body that is too large': _, ...short } = kinds;
    const crowd = [1, 2, 3, 4].flatMap(() => Object.values(short));
    await Promise.all(crowd.flatMap((sent) => guards.map((guard) => send(sent, guard))));
    await expect.poll(async () => exchanges(parseSamples(await registry.metrics()))).toEqual(seen);
    expect(refused).toBeGreaterThan(0);
    const samples = parseSamples(await registry.metrics());
    expect(totalRefused(samples)).toBe(refused);
    // The SDKs report refused requests to their servers too; these are no transport errors.
    expect(samples.get('pmcp_errors_total{method="_other",name="",type="transport"}') ?? 0).toBe(0);
    expect(countedBySpans(witness.spans())).toEqual(countedByMetrics(samples));
    expect(countedByLines(witness.lines())).toEqual(countedByMetrics(samples));
    expect(samples.get('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}')).toBe(0);
  });
});

/** Returns what a client sees of an answer, without what differs between answers. */
async function seenBy(endpoint: Endpoint, sent: Sent): Promise<object> {
  const request = new Request(endpoint.url, { method: 'POST', ...sent });
  const { status, statusText, headers, body } = await endpoint.fetch(request);
  const kept = [...headers].filter(([name]) => !['date', 'mcp-session-id'].includes(name));
  const text = body === null ? undefined : await new Response(body).text();
  return { status, statusText, headers: kept, text };
}

describe.each(setups.filter(({ isGuarded }) => !isGuarded))('$title', ({ open }) => {
  it('answers the same as without the toolkit', async () => {
    const { observe } = createObservability(ALONE);
    const bare = await open((server) => server);
    endpoint = await open(observe);
    for (const [kind, sent] of Object.entries(kinds)) {
      const [expected, actual] = [await seenBy(bare, sent), await seenBy(endpoint, sent)];
      expect({ kind, ...actual }).toEqual({ kind, ...expected });
    }
    await bare.close();
  });
});

/** Connects the first client; the first exchange decides how requests are traced. */
async function greet(endpoint: Endpoint, beginsWithStream = false): Promise<Record<string, number>> {
  const { url } = endpoint;
  const headers = { ...LEGACY, authorization: `Bearer ${TOKEN}` };
  if (beginsWithStream) {
    const client = new AbortController();
    await fetch(url, { headers, signal: client.signal });
    client.abort();
    return { 'GET 200': 1 };
  }
  const request = new Request(url, { method: 'POST', headers, body: JSON.stringify(INITIALIZE) });
  await (await endpoint.fetch(request)).text();
  return { 'POST 200': 1 };
}

/** Counts refused POST requests by reason. */
function totalRefused(samples: Samples): number {
  let sum = 0;
  for (const [key, count] of samples) {
    if (key.startsWith(`${catalog.httpExchanges.name}{http_method="POST"`) && !key.includes('reason=""'))
      sum += count;
  }
  return sum;
}
