import { Server as V1Server } from '@modelcontextprotocol/sdk/server/index.js';
import { Server as V2Server } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ODD_MESSAGES } from '../support/odd-messages.js';
import { ALONE } from './scenarios/host.js';
import { total } from './scenarios/metrics.js';
import { Wire } from './scenarios/wire.js';

const INFO = { name: 'strict', version: '1.0.0' };
const SERVERS = {
  v1: () => new V1Server(INFO, { capabilities: {} }),
  v2: () => new V2Server(INFO, { capabilities: {} }),
};

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe.each(Object.entries(SERVERS))('a server of SDK %s', (_, make) => {
  const { observe, registry } = createObservability(ALONE);
  const [client, transport] = Wire.pair();
  const got: unknown[] = [];
  client.onmessage = (message: unknown) => got.push(message);
  beforeAll(async () => {
    await observe(make() as V1Server).connect(transport as never);
    await client.start();
  });
  afterAll(() => client.close());

  async function counts() {
    const samples = parseSamples(await registry.metrics());
    return {
      requests: total(samples, catalog.requests),
      unreadable: [...samples].reduce((sum, [key, n]) => sum + (key.includes('type="parse"') ? n : 0), 0),
      inFlight: total(samples, catalog.requestsInFlight),
    };
  }

  it.each(Object.entries(ODD_MESSAGES))(
    'counts %s as a request if it answers, and as an error if it drops the message',
    async (_, message) => {
      const before = await counts();
      got.length = 0;
      await client.send(message);
      await client.send({ ...ping, id: 'afterwards' });
      await expect.poll(() => got.at(-1)).toMatchObject({ id: 'afterwards' });
      const isAnswered = got.length === 2;
      const { requests, unreadable } = before;
      expect(await counts()).toEqual({
        requests: requests + (isAnswered ? 2 : 1),
        unreadable: unreadable + (isAnswered ? 0 : 1),
        inFlight: 0,
      });
    },
  );
});
