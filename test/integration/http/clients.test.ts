import { createObservability, type Observability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { body, HEADERS, INITIALIZE, LEGACY, listen } from './requests.js';
import { type Endpoint, setups } from './setups.js';

let endpoint: Endpoint | undefined;
afterEach(() => endpoint?.close());

const samplesOf = ({ registry }: Observability) =>
  expect.poll(async () => Object.fromEntries(parseSamples(await registry.metrics())));

/** Sends a request as the runtime does: its abort signal is that of Node's client or of the request itself. */
function ask({ url, fetch, isNode }: Endpoint, init: RequestInit): Promise<Response> {
  return isNode ? globalThis.fetch(url, init) : fetch(new Request(url, init));
}

function named(title: string) {
  const setup = setups.find((setup) => setup.title === title);
  if (setup === undefined) throw new Error(`no set-up ${title}`);
  return setup;
}

const handlers = setups.filter(({ title, isNode }) => isNode && title.startsWith('v2 handler'));
const served = setups.filter(({ title }) => title.startsWith('v2 handler'));

describe.each(served)('a client of a $title', ({ open }) => {
  it('that disconnects before the answer has no status, and its exchange is over', async () => {
    const observability = createObservability(ALONE);
    endpoint = await open(observability.observe);
    const client = new AbortController();
    const answer = ask(endpoint, {
      method: 'POST',
      headers: { ...HEADERS, 'mcp-method': 'tools/call', 'mcp-name': 'hangs' },
      body: JSON.stringify(body('tools/call', { name: 'hangs', arguments: {} })),
      signal: client.signal,
    });
    await samplesOf(observability).toMatchObject({
      'pmcp_requests_in_flight{method="tools/call"}': 1,
    });
    client.abort();
    await answer.catch(() => {});
    await samplesOf(observability).toMatchObject({
      'pmcp_requests_in_flight{method="tools/call"}': 0,
      'pmcp_http_exchanges_total{http_method="POST",status="",reason="client_closed"}': 1,
      'pmcp_active_connections{transport="streamable_http"}': 0,
    });
  });
});

describe.each(handlers)('a client of a $title', ({ open }) => {
  it('that listens is a connection until it disconnects, and its request is never in flight', async () => {
    const observability = createObservability(ALONE);
    endpoint = await open(observability.observe);
    const stream = await listen(endpoint.url, 1, {
      resourceSubscriptions: ['note://1'],
      toolsListChanged: true,
    });
    await samplesOf(observability).toMatchObject({
      'pmcp_active_connections{transport="streamable_http"}': 1,
    });
    const open_ = parseSamples(await observability.registry.metrics());
    expect(open_.get('pmcp_requests_in_flight{method="subscriptions/listen"}')).toBe(0);
    expect(open_.get('pmcp_requests_total{method="subscriptions/listen",name="",outcome="ok"}')).toBe(1);
    stream.leave();
    await samplesOf(observability).toMatchObject({
      'pmcp_active_connections{transport="streamable_http"}': 0,
      'pmcp_connection_duration_seconds_count{transport="streamable_http"}': 1,
      'pmcp_request_duration_seconds_count{method="subscriptions/listen",name=""}': 0,
    });
  });
});

describe('the GET stream of a session', () => {
  it.each(['v1 on node:http', 'v2 on node:http'])(
    'is a subscription of its session, and no additional connection: %s',
    async (title) => {
      const observability = createObservability(ALONE);
      endpoint = await named(title).open(observability.observe);
      const { url } = endpoint;
      const message = JSON.stringify(INITIALIZE);
      const opened = await fetch(url, { method: 'POST', headers: LEGACY, body: message });
      await opened.text();
      const session = { ...LEGACY, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
      const client = new AbortController();
      await fetch(url, { headers: session, signal: client.signal });
      await samplesOf(observability).toMatchObject({
        'pmcp_active_subscriptions{kind="session"}': 1,
        'pmcp_silent_subscriptions{kind="session"}': 1,
        'pmcp_active_connections{transport="streamable_http"}': 1,
      });
      client.abort();
      await samplesOf(observability).toMatchObject({
        'pmcp_active_subscriptions{kind="session"}': 0,
        'pmcp_http_exchanges_total{http_method="GET",status="200",reason=""}': 1,
      });
    },
  );
});

describe('a request that is not MCP', () => {
  it('is not counted: other paths of the server, and the admin port', async () => {
    const { registry, listen, shutdown, observe } = createObservability({
      ...ALONE,
      metrics: { port: 0, runtime: false },
      http: { path: ['/mcp', '/metrics'] },
    });
    endpoint = await named('v2 handler on Express').open(observe);
    const port = (await listen())?.port;
    for (const url of [new URL('/elsewhere', endpoint.url), `http://127.0.0.1:${port}/metrics`])
      await (await fetch(url)).text();
    const counted = [...parseSamples(await registry.metrics())].filter(
      ([key, count]) => key.startsWith('pmcp_http_exchanges_total{') && count > 0,
    );
    expect(counted).toEqual([]);
    await shutdown();
  });
});
