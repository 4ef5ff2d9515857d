import { createObservability, type Observability } from '@pmcp/observability';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALONE } from './scenarios/host.js';
import { httpHosts } from './scenarios/http-hosts.js';
import { connectV1, connectV2, type Peer } from './scenarios/peers.js';
import { call, tried } from './scenarios/scene.js';
import { NOTE } from './scenarios/tools.js';
import { v1Server } from './scenarios/v1.js';
import { v1LowLevelServer } from './scenarios/v1-low-level.js';
import { v2Server } from './scenarios/v2.js';
import { Wire } from './scenarios/wire.js';

type Observe = Observability['observe'];

const bare: Observe = (server) => server;
const observed = () => createObservability(ALONE).observe;

/** A session with all kinds of messages: lists, results, errors, notifications and unreadable text. */
async function session(peer: Peer, { asks }: { asks: boolean }): Promise<void> {
  for (const list of ['tools', 'prompts', 'resources', 'resources/templates'])
    await peer.request(`${list}/list`);
  await call({ peer }, 'echo', { text: 'hello' });
  await call({ peer }, 'hears');
  await tried(call({ peer }, 'echo', { text: 5 }));
  for (const tool of ['fails', 'throws', 'invented']) await tried(call({ peer }, tool));
  await peer.request('tools/call', { name: 'progresses' }, { onprogress: () => {} });
  if (asks) for (const tool of ['samples', 'elicits', 'samples-in-vain']) await tried(call({ peer }, tool));
  await peer.request('prompts/get', { name: 'greet', arguments: { name: 'Ada' } });
  await tried(peer.request('prompts/get', { name: 'invented' }));
  await peer.request('resources/read', { uri: NOTE.uri });
  await tried(peer.request('invented/method'));
  await peer.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
  await tried(peer.sendText('nothing that can be read'));
  await peer.request('tools/list');
}

describe.each([
  { title: 'McpServer of v1', build: v1Server, connect: connectV1 },
  { title: 'Server of v1', build: v1LowLevelServer, connect: connectV1 },
  { title: 'McpServer of v2', build: v2Server, connect: connectV2 },
])('the messages of an observed $title', ({ build, connect }) => {
  class Recorded extends Wire {
    constructor(private readonly log: string[]) {
      super();
    }

    override write(text: string): void {
      this.log.push(text);
      super.write(text);
    }
  }

  async function messages(observe: Observe): Promise<string[]> {
    const log: string[] = [];
    const [client, server] = Wire.join(new Recorded(log), new Recorded(log));
    await observe(build()).connect(server as never);
    const peer = await connect(client as never, async (text) => client.write(text));
    await session(peer, { asks: true });
    const controller = new AbortController();
    const cancelled = peer.request('tools/call', { name: 'hangs' }, { signal: controller.signal });
    controller.abort();
    await tried(cancelled);
    await peer.request('tools/list');
    await peer.leave();
    return log;
  }

  it('are those of a bare one, in both directions and in the same order', async () => {
    const expected = await messages(bare);
    expect(expected.length).toBeGreaterThan(40);
    expect(await messages(observed())).toEqual(expected);
  });
});

interface Answer {
  readonly method: string;
  readonly status: number;
  readonly type: string | null;
  body: string;
}

/** Records all HTTP answers from now on. */
function recordFetch(): () => Promise<Answer[]> {
  const answers: Answer[] = [];
  const reading: Promise<void>[] = [];
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await real(input, init);
    const { status, headers } = response;
    const answer = { method: init?.method ?? 'GET', status, type: headers.get('content-type'), body: '' };
    answers.push(answer);
    reading.push(read(response.clone(), answer));
    return response;
  });
  return async () => {
    await Promise.allSettled(reading);
    return answers;
  };
}

/** Reads a stream until it ends or is cut. Session ids are always new, so they are not compared. */
async function read({ body }: Response, answer: Answer): Promise<void> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body ?? []) chunks.push(chunk);
  } finally {
    answer.body = Buffer.concat(chunks)
      .toString()
      .replace(/[\da-f-]{36}/g, 'an id');
  }
}

afterEach(() => vi.restoreAllMocks());

describe.each(httpHosts)('the answers of an observed $title', (host) => {
  async function answers(observe: Observe) {
    const recorded = recordFetch();
    const running = await host.open({}, observe);
    const peer = await running.connect();
    await session(peer, { asks: host.session || host.era === 'modern' });
    await peer.leave();
    await running.close();
    vi.restoreAllMocks();
    return recorded();
  }

  it('are those of a bare one', async () => {
    const expected = await answers(bare);
    expect(expected.length).toBeGreaterThan(15);
    expect(await answers(observed())).toEqual(expected);
  });
});
