import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';
import { begun, ended, growth, series } from './scenarios/metrics.js';
import { v1Server } from './scenarios/v1.js';
import { v1LowLevelServer } from './scenarios/v1-low-level.js';
import { v2Server } from './scenarios/v2.js';
import { Wire } from './scenarios/wire.js';

/** Delivers messages that arrived before it was started, and then delays the end of its start. */
class SlowWire extends Wire {
  begin = () => {};

  override async start(): Promise<void> {
    await super.start();
    await new Promise<void>((resolve) => (this.begin = resolve));
  }
}

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 2,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'early', version: '1.0.0' },
  },
};

async function ask(client: Wire, request: object): Promise<void> {
  const answered = new Promise((resolve) => (client.onmessage = resolve));
  await client.send(request);
  await answered;
}

async function connect(build: () => { connect(transport: never): Promise<void> }) {
  const { observe, registry } = createObservability(ALONE);
  const [client, transport] = Wire.join(new Wire(), new SlowWire());
  await client.start();
  const early = ask(client, PING);
  let returned = false;
  const connecting = observe(build()).connect(transport as never);
  void connecting.then(() => (returned = true));
  await early;
  expect(returned).toBe(false);
  return {
    client,
    metrics: async () => parseSamples(await registry.metrics()),
    connected: async () => {
      transport.begin();
      await connecting;
    },
  };
}

describe.each([
  ['McpServer of v1', v1Server],
  ['Server of v1', v1LowLevelServer],
  ['McpServer of v2', v2Server],
])('a message that arrives before connect has returned, to %s', (_, build) => {
  it('is counted at once, and only once', async () => {
    const { metrics, connected } = await connect(build);
    expect(growth(new Map(), await metrics())).toEqual(ended('ping'));
    await connected();
    expect(growth(new Map(), await metrics())).toEqual(ended('ping'));
  });

  it('does not identify the client before the handshake does', async () => {
    const { client, metrics, connected } = await connect(build);
    expect(begun(await metrics())).toEqual({});
    await connected();
    await ask(client, INITIALIZE);
    expect(begun(await metrics())).toEqual({
      [series(catalog.connections, ['other', '2025-06-18', 'early'])]: 1,
    });
  });
});
