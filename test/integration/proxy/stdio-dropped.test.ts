import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { ODD_MESSAGES } from '../../support/odd-messages.js';
import { ended, startObserved } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const request = { jsonrpc: '2.0', id: 1, method: 'ping' };
const long = 'x'.repeat(5_000);

/** Messages that neither SDK answers, because its transport drops them. */
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

type Observed = Awaited<ReturnType<typeof startObserved>>;

/** Starts a server of an SDK behind the proxy, and does the handshake with it. */
async function agreed(sdk: string, protocolVersion: string): Promise<Observed> {
  const observed = await startObserved([process.execPath, `test/fixtures/scenarios/${sdk}-stdio.mjs`]);
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'a', version: '1' } };
  observed.proxy.stdin.write(`${JSON.stringify({ ...request, method: 'initialize', params })}\n`);
  await once(observed.proxy.stdout, 'data');
  observed.proxy.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return observed;
}

async function end({ proxy }: Observed): Promise<void> {
  proxy.stdin.end();
  proxy.kill('SIGTERM');
  await ended(proxy);
}

const PINGS = 'pmcp_requests_total{method="ping",name="",outcome="ok"}';

/** Returns what is in flight after a server has answered the message after a line. */
async function inFlightAfter({ proxy, port }: Observed, line: unknown): Promise<unknown[]> {
  const answered: string[] = [];
  const listen = (chunk: Buffer) => answered.push(String(chunk));
  proxy.stdout.on('data', listen);
  const before = await scrape(port);
  proxy.stdin.write(`${JSON.stringify(line)}\n{"jsonrpc":"2.0","id":"afterwards","method":"ping"}\n`);
  await until(() => answered.join('').includes('"afterwards"'));
  proxy.stdout.off('data', listen);
  const answers = answered.join('').trim().split('\n').length;
  await until(async () => ((await scrape(port)).get(PINGS) ?? 0) === (before.get(PINGS) ?? 0) + answers);
  const samples = [...(await scrape(port))];
  return samples.filter(([series, count]) => series.startsWith('pmcp_requests_in_flight') && count !== 0);
}

describe.each(['v1', 'v2'])('a message that not every server answers, sent to SDK %s,', (sdk) => {
  let observed: Observed;
  beforeAll(async () => {
    // The only protocol version with batches, which no SDK server reads from stdin.
    observed = await agreed(sdk, '2025-03-26');
  });
  afterAll(() => end(observed));

  const batch = Array.from({ length: 100 }, (_, id) => ({ ...request, id }));
  const all = [...Object.entries(ODD_MESSAGES), ['a batch', batch.slice(0, 2)], ['a hundred at once', batch]];
  it.each(all as [string, unknown][])(
    'counts if it is answered, and is never in flight for good: %s',
    async (_, line) => {
      expect(await inFlightAfter(observed, line)).toEqual([]);
    },
  );
});

describe.each(['v1', 'v2'])('a message that a server of SDK %s drops', (sdk) => {
  let observed: Observed;
  beforeAll(async () => {
    observed = await agreed(sdk, '2025-06-18');
  });
  afterAll(() => end(observed));

  it.each(DROPPED)('is an error of type parse, and not in flight: %s', async (_, message) => {
    const { proxy, port } = observed;
    const errors = 'pmcp_errors_total{method="_other",name="",type="parse"}';
    const before = await scrape(port);
    proxy.stdin.write(`${JSON.stringify(message)}\n`);
    // Answered after everything that came before it.
    proxy.stdin.write('{"jsonrpc":"2.0","id":"afterwards","method":"ping"}\n');
    await until(async () => (await scrape(port)).get(PINGS) === (before.get(PINGS) ?? 0) + 1);
    const after = await scrape(port);
    expect((after.get(errors) ?? 0) - (before.get(errors) ?? 0)).toBe(1);
    const inFlight = [...after].filter(([series]) => series.startsWith('pmcp_requests_in_flight'));
    expect(inFlight.filter(([, count]) => count !== 0)).toEqual([]);
  });
});
