import type { Server as V1Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { McpServer as V1McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { McpServer as V2McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';
import { all, ended, growth, notified, series, total } from './scenarios/metrics.js';
import { connectV1, connectV2 } from './scenarios/peers.js';
import { called } from './scenarios/row.js';
import { v1Server } from './scenarios/v1.js';
import { v2Server } from './scenarios/v2.js';
import { Wire } from './scenarios/wire.js';

type Observe = Observability['observe'];
type Server = V1McpServer | V2McpServer;

describe('observe', () => {
  it('returns the server that it was given, with its type', () => {
    const { observe } = createObservability(ALONE);
    const [v1, v2] = [v1Server(), v2Server()];

    expect(observe(v1)).toBe(v1);
    expect(observe(v1.server)).toBe(v1.server);
    expect(observe(v2)).toBe(v2);
    expectTypeOf(observe(v1)).toEqualTypeOf<V1McpServer>();
    expectTypeOf(observe(v1.server)).toEqualTypeOf<V1Server>();
    expectTypeOf(observe(v2)).toEqualTypeOf<V2McpServer>();
  });
});

const ways: Record<string, (observe: Observe, server: Server) => unknown> = {
  'on the same server': (observe, server) => observe(observe(server)),
  'on the server and then on the one inside': (observe, server) => [observe(server), observe(server.server)],
  'on the server inside and then on the one around': (observe, server) => [
    observe(server.server),
    observe(server),
  ],
};

const sdks = [
  { sdk: 'v1', build: v1Server, connect: connectV1 },
  { sdk: 'v2', build: v2Server, connect: connectV2 },
];

it.each(sdks)(
  'observe shows the server and its readiness before its first client, $sdk',
  async ({ sdk, build }) => {
    const { observe, registry } = createObservability(ALONE);
    observe(build());
    const samples = parseSamples(await registry.metrics());
    const info = { server: 'scenarios', version: '1.0.0', sdk: `typescript-${sdk}` };
    expect(samples.get(series(catalog.buildInfo, Object.values(info)))).toBe(1);
    expect(samples.get('pmcp_ready')).toBe(1);
  },
);

describe.each(sdks)('observe called twice, $sdk', ({ build, connect }) => {
  describe.each(Object.entries(ways))('%s', (_, observeTwice) => {
    it.each([
      ['server', (server: Server) => server],
      ['server inside', (server: Server) => server.server],
    ])('counts once when the %s is connected', async (_, target) => {
      const { observe, registry } = createObservability(ALONE);
      const [client, transport] = Wire.pair();
      const server = build();
      observeTwice(observe, server);
      await target(server).connect(transport as never);
      const peer = await connect(client as never, async () => {});
      await peer.request('tools/call', { name: 'echo', arguments: { text: 'hello' } });

      const samples = parseSamples(await registry.metrics());
      const handshake = all(ended('initialize'), notified('received', 'notifications/initialized'));
      expect(growth(new Map(), samples)).toEqual(all(handshake, called('echo')));
      expect(total(samples, catalog.connections)).toBe(1);
      expect(total(samples, catalog.activeConnections)).toBe(1);
      await peer.leave();
    });
  });
});
