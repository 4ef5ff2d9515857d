import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { ended, startObserved } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const request = { jsonrpc: '2.0', id: 1, method: 'ping' };
const long = 'x'.repeat(5_000);

/** What neither SDK answers: its transport drops it. */
const DROPPED: readonly (readonly [string, unknown])[] = [
  ['no jsonrpc', { id: 1, method: 'ping' }],
  ['another jsonrpc', { ...request, jsonrpc: '1.0' }],
  ['a number as jsonrpc', { ...request, jsonrpc: 2 }],
  ['no jsonrpc in a long line', { id: 1, method: 'tools/call', params: { name: 'a', arguments: { long } } }],
  [
    'another jsonrpc at the end of a long line',
    { id: 1, method: 'tools/call', params: { name: 'a', arguments: { long } }, jsonrpc: '1.0' },
  ],
  ['a fractional id', { ...request, id: 1.5 }],
  [
    'a fractional id in a long line',
    { ...request, id: 0.5, method: 'tools/call', params: { name: 'a', long } },
  ],
  ['an id that is an object', { ...request, id: {} }],
  ['an id that is null', { ...request, id: null }],
  ['params that are a list', { ...request, params: [1] }],
  ['params that are a text', { ...request, params: 'a' }],
  ['a batch', [request, { ...request, id: 2 }]],
];

describe.each(['v1', 'v2'])('what a server of SDK %s drops', (sdk) => {
  let observed: Awaited<ReturnType<typeof startObserved>>;
  beforeAll(async () => {
    observed = await startObserved([process.execPath, `test/fixtures/scenarios/${sdk}-stdio.mjs`]);
    const { proxy } = observed;
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    };
    proxy.stdin.write(`${JSON.stringify({ ...request, method: 'initialize', params })}\n`);
    proxy.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  });
  afterAll(async () => {
    observed.proxy.stdin.end();
    observed.proxy.kill('SIGTERM');
    await ended(observed.proxy);
  });

  it.each(DROPPED)('is an error of type parse, and not in flight: %s', async (_, message) => {
    const { proxy, port } = observed;
    const errors = 'pmcp_errors_total{method="_other",name="",type="parse"}';
    const pings = 'pmcp_requests_total{method="ping",name="",outcome="ok"}';
    const before = await scrape(port);
    proxy.stdin.write(`${JSON.stringify(message)}\n`);
    // Answered after all that came before it.
    proxy.stdin.write('{"jsonrpc":"2.0","id":"afterwards","method":"ping"}\n');
    await until(async () => (await scrape(port)).get(pings) === (before.get(pings) ?? 0) + 1);
    const after = await scrape(port);
    expect((after.get(errors) ?? 0) - (before.get(errors) ?? 0)).toBe(1);
    const inFlight = [...after].filter(([series]) => series.startsWith('pmcp_requests_in_flight'));
    expect(inFlight.filter(([, count]) => count !== 0)).toEqual([]);
  });
});
