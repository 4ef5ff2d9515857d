import { InMemoryTransport as V1Memory } from '@modelcontextprotocol/sdk/inMemory.js';
import { InMemoryTransport as V2Memory } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { parseSamples } from '../../support/exposition.js';
import { ALONE, type Host } from './host.js';
import { connectV1, connectV2, type Raw } from './peers.js';
import { v1Server } from './v1.js';
import { v2Server } from './v2.js';
import { Wire } from './wire.js';

/** Makes both ends of a connection inside the process, and a way to send text if the connection carries text. */
type Pair = () => { client: never; server: never; raw?: Raw };

const wire: Pair = () => {
  const [client, server] = Wire.pair();
  return { client: client as never, server: server as never, raw: async (text) => client.write(text) };
};

const memory =
  (Memory: typeof V1Memory | typeof V2Memory): Pair =>
  () => {
    const [client, server] = Memory.createLinkedPair();
    return { client: client as never, server: server as never };
  };

const noText: Raw = () => Promise.reject(new Error('carries objects, not text'));

function host(title: string, sdk: 'v1' | 'v2', pair: Pair): Host {
  const [build, connect] = sdk === 'v1' ? [v1Server, connectV1] : [v2Server, connectV2];
  return {
    title,
    sdk,
    api: 'McpServer',
    era: 'legacy',
    transport: 'other',
    session: true,
    open: async (options, observe) => {
      const { registry, ...observability } = createObservability({ ...ALONE, ...options });
      return {
        connect: async () => {
          const { client, server, raw = noText } = pair();
          await (observe ?? observability.observe)(build()).connect(server);
          return connect(client, raw);
        },
        metrics: async () => parseSamples(await registry.metrics()),
        close: async () => {},
      };
    },
  };
}

export const inProcessHosts: readonly Host[] = [
  host('v1 over a custom transport', 'v1', wire),
  host('v2 over a custom transport', 'v2', wire),
  host('v1 in memory', 'v1', memory(V1Memory)),
  host('v2 in memory', 'v2', memory(V2Memory)),
];
