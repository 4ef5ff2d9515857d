import { Server as V1Server } from '@modelcontextprotocol/sdk/server/index.js';
import { Server as V2Server } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';
import { total } from './scenarios/metrics.js';
import { Wire } from './scenarios/wire.js';

const INFO = { name: 'strict', version: '1.0.0' };
const SERVERS = {
  v1: () => new V1Server(INFO, { capabilities: {} }),
  v2: () => new V2Server(INFO, { capabilities: {} }),
};

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const meta = (_meta: unknown) => ({ ...ping, params: { _meta } });
const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/** What the transports of the SDKs would have refused, but others hand over. */
const SHAPES: Readonly<Record<string, unknown>> = {
  'a request': ping,
  'an id that is a text': { ...ping, id: 'a' },
  'a negative id': { ...ping, id: -1 },
  'empty params': { ...ping, params: {} },
  'an empty _meta': meta({}),
  'a progress token': meta({ progressToken: 1 }),
  'a related task': meta({ [RELATED_TASK]: { taskId: 'a' } }),
  'a task that is a number': { ...ping, params: { task: 7 } },
  'no jsonrpc': { id: 1, method: 'ping' },
  'another jsonrpc': { ...ping, jsonrpc: '1.0' },
  'a fractional id': { ...ping, id: 1.5 },
  'an id that is no safe integer': { ...ping, id: 1e300 },
  'an id that is an object': { ...ping, id: {} },
  'an id that is null': { ...ping, id: null },
  'an id that is true': { ...ping, id: true },
  'params that are a list': { ...ping, params: [] },
  'params that are a text': { ...ping, params: 'a' },
  'params that are null': { ...ping, params: null },
  'a _meta that is a number': meta(7),
  'a _meta that is a list': meta([]),
  'a _meta that is null': meta(null),
  'a progress token that is an object': meta({ progressToken: {} }),
  'a fractional progress token': meta({ progressToken: 1.5 }),
  'a progress token that is null': meta({ progressToken: null }),
  'a related task that is a number': meta({ [RELATED_TASK]: 7 }),
  'a related task without an id': meta({ [RELATED_TASK]: {} }),
  'another member': { ...ping, extra: 1 },
  'a result beside the method': { ...ping, result: {} },
};

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

  it.each(Object.entries(SHAPES))(
    'answers %s and it is a request, or drops it and it is an error',
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
