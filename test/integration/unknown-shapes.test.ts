import { Server as V1Server } from '@modelcontextprotocol/sdk/server/index.js';
import { Server as V2Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { parseSamples, type Samples } from '../support/exposition.js';
import { Random } from '../support/random.js';
import { ALONE } from './scenarios/host.js';
import { total } from './scenarios/metrics.js';
import { Wire } from './scenarios/wire.js';

const MESSAGES = 400;

const INFO = { name: 'anything', version: '1.0.0' };
const SERVERS = {
  v1: () => new V1Server(INFO, { capabilities: { tools: {} } }),
  v2: () => new V2Server(INFO, { capabilities: { tools: {} } }),
};

const METHODS = [
  'tools/call',
  'tools/call',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
  'prompts/get',
  'of/tomorrow',
];
const NOTIFICATIONS = [
  'notifications/tasks',
  'notifications/tasks/status',
  'notifications/progress',
  'of/tomorrow',
];
/** Words of today's protocols, which future ones may use anywhere. */
const KEYS = [
  ...[
    'resultType',
    'taskId',
    'status',
    'task',
    'ttl',
    'ttlMs',
    'isError',
    'result',
    'error',
    'content',
    'tools',
  ],
  ...[
    'inputRequests',
    'inputResponses',
    'requestState',
    '_meta',
    'name',
    'uri',
    'code',
    'message',
    'action',
    'method',
  ],
];
const WORDS = [
  'input_required',
  'task',
  'complete',
  'working',
  'completed',
  'failed',
  'of tomorrow',
  'a',
  'b',
  '',
];

/** Returns random JSON, with words and members that have a meaning in some places. */
function anything(random: Random, depth = 3): unknown {
  const kind = random.below(depth > 0 ? 9 : 6);
  if (kind === 0) return null;
  if (kind === 1) return random.below(3) - 1.5;
  if (kind === 2) return random.once(2);
  if (kind < 6) return random.once(50) ? 'x'.repeat(10_000) : random.pick(WORDS);
  if (kind === 6) return Array.from({ length: random.below(4) }, () => anything(random, depth - 1));
  return members(random, depth);
}

function members(random: Random, depth = 3): object {
  const entries = Array.from({ length: random.below(6) }, () => [
    random.pick(KEYS),
    anything(random, depth - 1),
  ]);
  return Object.fromEntries(entries);
}

type Raw = { readonly id?: unknown };

/** Returns random parameters of a client; the SDKs drop messages whose `_meta` is no object. */
function params(random: Random): object {
  const { _meta, ...others } = members(random) as { _meta?: unknown };
  return others;
}

/** Returns a result that is unfinished, or claims so in an unknown way. */
function unfinished(random: Random): object {
  const resultType = random.pick(['input_required', 'task', 'of tomorrow', anything(random)]);
  return { ...members(random), resultType, taskId: random.pick([random.pick(WORDS), anything(random)]) };
}

/** Plays the same messages to a server, whose answers are also random, and returns what came back. */
async function play(make: () => V1Server | V2Server, seed: number, observe: Observability['observe']) {
  const random = new Random(seed);
  const [client, transport] = Wire.pair();
  const server = make();
  server.fallbackRequestHandler = async () => {
    if (random.once(3)) return unfinished(random) as never;
    if (!random.once(5)) return anything(random) as never;
    throw Object.assign(new Error('no'), { code: anything(random), data: anything(random) });
  };
  await observe(server as V1Server).connect(transport as never);
  const traffic: unknown[] = [];
  let answered = () => {};
  client.onmessage = (message: unknown) => {
    traffic.push(message);
    if ((message as Raw).id !== undefined) answered();
  };
  await client.start();
  for (let id = 1; id <= MESSAGES; id++) {
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await client.send({ jsonrpc: '2.0', id, method: random.pick(METHODS), params: params(random) });
    await answer;
    const method = random.pick(NOTIFICATIONS);
    await transport.send({ jsonrpc: '2.0', method, params: members(random) });
  }
  await client.close();
  return traffic;
}

/** Returns the counted values of a label. */
function counted(samples: Samples, name: string, label: string): string[] {
  const found = [...samples].filter(([key, value]) => key.startsWith(`${name}{`) && value > 0);
  return [...new Set(found.map(([key]) => new RegExp(`[{,]${label}="([^"]*)"`).exec(key)?.[1] ?? ''))];
}

const OUTCOMES = [
  'ok',
  'tool_error',
  'client_error',
  'server_error',
  'cancelled',
  'input_required',
  'task',
  '_other',
];

describe.each(Object.entries(SERVERS))('unknown messages through SDK %s', (_, make) => {
  it.each([1, 2, 3, 4])('are counted within bounds, and never throw or get lost (seed %i)', async (seed) => {
    const { observe, registry } = createObservability(ALONE);
    const bare = await play(make, seed, (server) => server);
    expect(await play(make, seed, observe)).toEqual(bare);

    const samples = parseSamples(await registry.metrics());
    const ofTasks = [...samples].filter(
      ([key]) =>
        key.startsWith(`${catalog.operationDuration.name}_count{kind="task"`) && !key.includes('abandoned'),
    );
    const tasksEnded = ofTasks.reduce((sum, [, count]) => sum + count, 0);
    expect(total(samples, catalog.requests)).toBe(MESSAGES + tasksEnded);
    expect(total(samples, catalog.requestsInFlight)).toBe(0);
    expect(total(samples, catalog.telemetryDropped)).toBe(0);
    const outcomes = counted(samples, catalog.requests.name, 'outcome');
    expect(outcomes).toEqual(
      expect.arrayContaining(['ok', 'server_error', 'input_required', 'task', '_other']),
    );
    expect(OUTCOMES).toEqual(expect.arrayContaining(outcomes));
    expect(counted(samples, catalog.requests.name, 'method').length).toBeLessThanOrEqual(METHODS.length);
    for (const name of counted(samples, catalog.requests.name, 'name'))
      expect(['', '_other', ...WORDS]).toContain(name);
  });
});
