import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { v2Server } from '../scenarios/v2.js';
import { body, HEADERS } from './requests.js';
import { type Served, serve } from './serve.js';

let served: Served | undefined;
afterEach(() => served?.close());

type Observe = Observability['observe'];

/** How two toolkits meet at one handler, and which of them counts its exchanges. */
const MEETINGS: Readonly<
  Record<string, readonly [make: (one: Observe, other: Observe) => McpHttpHandler, owner: number]>
> = {
  'both observe the handler': [(one, other) => other(one(createMcpHandler(v2Server))), 0],
  'both observe the handler and its servers': [
    (one, other) => other(one(createMcpHandler(() => other(one(v2Server()))))),
    0,
  ],
  'one observes the handler, the other its servers': [
    (one, other) => one(createMcpHandler(() => other(v2Server()))),
    1,
  ],
};

const WAYS = {
  'on Node': async (handler: McpHttpHandler) => {
    served = await serve(toNodeHandler(handler) as never);
    const { url } = served;
    return (init: RequestInit) => fetch(url, init);
  },
  'on web standards alone': async (handler: McpHttpHandler) => async (init: RequestInit) =>
    handler.fetch(new Request('http://memory/mcp', init)),
};

describe.each(Object.entries(WAYS))('two toolkits: %s', (_, open) => {
  it.each(Object.entries(MEETINGS))(
    'and %s: each exchange counts in one of them',
    async (_, [make, owner]) => {
      const toolkits = [createObservability(ALONE), createObservability(ALONE)] as const;
      const send = await open(make(toolkits[0].observe, toolkits[1].observe));
      for (let id = 1; id <= 3; id++) {
        const headers = { ...HEADERS, 'mcp-method': 'tools/list' };
        await (
          await send({ method: 'POST', headers, body: JSON.stringify(body('tools/list', {}, id)) })
        ).text();
      }
      const counts = () =>
        Promise.all(
          toolkits.map(async ({ registry }) => {
            const samples = parseSamples(await registry.metrics());
            return samples.get('pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}') ?? 0;
          }),
        );
      await expect.poll(counts).toEqual(owner === 0 ? [3, 0] : [0, 3]);
      for (const { shutdown } of toolkits) await shutdown();
    },
  );
});

describe('the limit of streams', () => {
  it('is shown from the start if it is configured', async () => {
    const { observe, registry } = createObservability(ALONE);
    observe(createMcpHandler(v2Server, { maxSubscriptions: 7 }), { maxSubscriptions: 7 });
    expect(parseSamples(await registry.metrics()).get('pmcp_subscriptions_limit')).toBe(7);
  });

  it.each([
    [{ maxSubscriptions: -1 }, /Expected `maxSubscriptions` to be an integer from 0/],
    [{ maxSubscription: 1 }, /only the keys maxSubscriptions, got "maxSubscription"/],
  ])('is rejected if it is %o', (options, message) => {
    const { observe } = createObservability(ALONE);
    expect(() => observe(createMcpHandler(v2Server), options as object)).toThrow(message);
  });

  it('is not searched for if servers are observed by map()', () => {
    const { observe } = createObservability(ALONE);
    const map = observe as (server: ReturnType<typeof v2Server>, index: never) => unknown;
    expect([v2Server(), v2Server()].map((server, i) => map(server, i as never))).toHaveLength(2);
  });
});
