import { describe, expect, it } from 'vitest';
import { Connection } from '../mcp/connection.js';
import { Observability } from '../observability.js';
import type { Message } from '../protocol/message.js';
import { LineSplitter } from './lines.js';
import { fromClient } from './long-lines.js';
import { Observer } from './observer.js';
import { MessageReader } from './reader.js';

/** A small generator of random numbers, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const LONG = 'a "quoted\\" text, {braces} and [brackets], "id": 7, isError": true, ünïcödé '.repeat(40);

function shuffled<T>(items: T[], random: (below: number) => number): T[] {
  return items
    .map((item) => ({ item, order: random(1_000) }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function randomMessage(random: (below: number) => number, from: 'client' | 'server'): Message {
  const payload = {
    text: LONG.slice(random(2_500)),
    list: [1, { name: 'nested', isError: true, id: 9 }],
    empty: {},
  };
  const id = [random(1_000), `id-${random(9)}`, -5][random(3)]!;
  const body = (members: Record<string, unknown>) => object(members, random);
  const content = [payload];
  const kinds = {
    client: [
      { id, method: 'tools/call', params: body({ name: 'to"ol', arguments: payload }) },
      { id, method: 'tools/call', params: body({ name: 'tool', arguments: payload, _meta: { name: 'x' } }) },
      { id, method: 'tools/call', params: body({ name: 'tool', arguments: payload, task: { ttl: 1 } }) },
      { id, result: body({ role: 'user', content }) },
    ],
    server: [
      { id, result: body({ content, isError: random(2) === 0 }) },
      { id, result: body({ content, structuredContent: payload, isError: true }) },
      { id, result: body({ content, _meta: {} }) },
      { id, result: body({ resultType: 'input_required', inputRequests: payload, requestState: 'x' }) },
      { id, result: body({ resultType: 'task', taskId: '1', status: 'working', _meta: payload }) },
      { id, result: body({ task: { taskId: '1', status: 'working' }, _meta: payload }) },
      { id, method: 'sampling/createMessage', params: payload },
    ],
  }[from];
  const error = { id, error: body({ code: -32602, message: LONG, data: payload }) };
  const all = [...kinds, error, { method: 'notifications/message', params: payload }];
  return object({ jsonrpc: '2.0', ...all[random(all.length)] }, random) as Message;
}

function object(members: object, random: (below: number) => number): object {
  return Object.fromEntries(shuffled(Object.entries(members), random));
}

/** What the recorder goes by. */
function facts({ id, method, params, result, error }: Message) {
  const name = method === 'tools/call' ? params?.name : undefined;
  return {
    id,
    method,
    name,
    isError: result?.isError === true,
    code: error?.code,
    becomes: result?.resultType === undefined || result.resultType === 'complete' ? '' : result.resultType,
    isTask: (params?.task ?? result?.task) !== undefined,
    answers: result !== undefined,
  };
}

function read(chunks: Iterable<Buffer>, from: 'client' | 'server') {
  const { connections } = new Observability({ metrics: { port: false, runtime: false } }).watching;
  const observer = new Observer(connections, new Connection(connections, {}, 'stdio', undefined));
  const seen: Message[] = [];
  const reader = new MessageReader(
    { message: (message) => seen.push(message), unreadable: () => expect.unreachable(), lost: () => {} },
    from === 'client' ? fromClient : observer.fromServer,
    () => true,
    from === 'client',
  );
  const lines = new LineSplitter(reader.line, () => 1 << 20);
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  return seen.map(facts);
}

function* cut(bytes: Buffer, random: (below: number) => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random([3, 300, 9_000][random(3)]!);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

describe('what is read of long lines', () => {
  it.each(['client', 'server'] as const)(
    'is what parsing them tells, in any order of keys, from the %s',
    (from) => {
      const random = randomFrom(1);
      const messages = Array.from({ length: 600 }, () => randomMessage(random, from));
      const text = messages.map((message) => JSON.stringify(message)).join('\r\n');
      expect(read(cut(Buffer.from(text), random), from)).toEqual(messages.map(facts));
    },
  );

  it('is found through white space between all tokens', () => {
    const message = { jsonrpc: '2.0', result: { content: [LONG], isError: true }, id: 'x' };
    const text = JSON.stringify(message, null, 2).replaceAll('\n', '\r\t ');
    expect(read([Buffer.from(text)], 'server')).toEqual([facts(message)]);
  });

  it('is the ends alone where the line is too long to keep', () => {
    const message = { jsonrpc: '2.0', id: 3, result: { content: ['x'.repeat(4 << 20)], isError: true } };
    const chunks = cut(Buffer.from(`${JSON.stringify(message)}\n`), () => 8_999);
    expect(read(chunks, 'server')).toEqual([facts(message)]);
  });
});
