import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseSamples } from '../../../../test/support/exposition.js';
import type { createObservability as create } from '../index.js';

type Handle = (request: Request) => unknown;

const OPTIONS = { metrics: { port: false, runtime: false }, log: { requestsPerSecond: 0 } } as const;
const PREFIX = 'pmcp_http_exchanges_total';

const json = (init: ResponseInit = {}) => Response.json({ ok: true }, init);
const gone = new Error('gone');

function used(): Response {
  const response = json();
  void response.text();
  return response;
}

function locked(): Response {
  const response = json();
  response.body?.getReader();
  return response;
}

function events(...texts: string[]): ReadableStream<Uint8Array> {
  const left = texts.map((text) => new TextEncoder().encode(text));
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

function breaking(): ReadableStream<Uint8Array> {
  let reads = 0;
  return new ReadableStream({
    pull(controller) {
      if (reads++ === 0) controller.enqueue(new Uint8Array(7));
      else controller.error(gone);
    },
  });
}

const stream = (body: ReadableStream<Uint8Array>) =>
  new Response(body, { headers: { 'content-type': 'text/event-stream' } });

const library = () => ({ status: 202, headers: new Headers(), text: async () => 'mine' });

/** A promise of another library. */
// biome-ignore lint/suspicious/noThenProperty: that is what is tested
const thenable = () => ({ then: (resolve: (given: Response) => void) => resolve(json({ status: 202 })) });

/** What a handler may do, and the status that its client gets; empty if it gets none. */
const DOINGS: Readonly<Record<string, readonly [handle: Handle, status: string, sent?: RequestInit]>> = {
  'a promise of an answer': [async () => json(), '200'],
  'an answer at once': [() => json({ status: 202 }), '202'],
  'a promise of a library': [thenable, '202'],
  'an answer of a library': [library, '202'],
  'a rejected promise': [() => Promise.reject(gone), '500'],
  'an error that it throws at once': [
    () => {
      throw gone;
    },
    '500',
  ],
  nothing: [() => undefined, '500'],
  'a promise of nothing': [async () => {}, '500'],
  null: [() => null, '500'],
  'a text': [async () => 'hello', '500'],
  'an object that is no answer': [async () => ({ status: 'fine' }), '500'],
  'an answer that was read before': [async () => used(), '500'],
  'an answer that is already being read': [async () => locked(), '500'],
  'a network error': [async () => Response.error(), '500'],
  'an answer without a body': [async () => new Response(null), '200'],
  'an answer with an empty body': [async () => new Response(''), '200'],
  'a status without a body': [async () => new Response(null, { status: 204 }), '204'],
  'an answer that nothing has changed': [async () => new Response(null, { status: 304 }), '304'],
  'a redirection': [async () => Response.redirect('http://memory/', 307), '3xx'],
  'an answer that cannot be changed': [async () => Response.redirect('http://memory/', 302), '3xx'],
  'a refusal': [async () => json({ status: 401 }), '401'],
  'a refusal that its body explains': [async () => json({ status: 400 }), '400'],
  'a body of a known length': [
    async () =>
      new Response('12345', { headers: { 'content-length': '5', 'content-type': 'application/json' } }),
    '200',
  ],
  'a stream': [async () => stream(events('data: 1\n\n', 'data: 2\n\n')), '200'],
  'a stream that breaks': [async () => stream(breaking()), '200'],
  'an answer to a HEAD': [async () => json(), '200', { method: 'HEAD' }],
  'an answer to a client that had gone before': [async () => json(), '', { signal: AbortSignal.abort() }],
  'an error for a client that had gone before': [
    () => Promise.reject(gone),
    '',
    { signal: AbortSignal.abort() },
  ],
};

/** Returns what the caller of a handler sees. */
async function seen(handle: Handle, sent?: RequestInit): Promise<unknown> {
  let given: unknown;
  let isPromise = false;
  try {
    const returned = handle(new Request('http://memory/mcp', { method: 'POST', ...sent }));
    isPromise = typeof (returned as Promise<unknown> | undefined)?.then === 'function';
    given = await returned;
  } catch (error) {
    return { isPromise, error };
  }
  if (!(given instanceof Response)) return { isPromise, given: JSON.stringify(given) };
  const { status, statusText, type, url, redirected, bodyUsed } = given;
  const head = { status, statusText, type, url, redirected, bodyUsed, headers: [...given.headers] };
  return { isPromise, ...head, body: await given.text().catch(String) };
}

let createObservability: typeof create;

/** Reads bodies as Node does, and as runtimes with native bodies do. */
function inRuntime(runtime: string): void {
  beforeAll(async () => {
    vi.resetModules();
    if (runtime !== 'Node') vi.stubGlobal('Deno', {});
    ({ createObservability } = await import('../index.js'));
  });
  afterAll(() => void vi.unstubAllGlobals());
}

function observed(handle: Handle) {
  const { observe, registry } = createObservability(OPTIONS);
  const handler = {
    fetch: handle as (request: Request) => Promise<Response>,
    close: async () => {},
    notify: {},
  };
  observe(handler);
  const samples = async () => parseSamples(await registry.metrics());
  return {
    fetch: (request: Request) => handler.fetch(request),
    samples,
    /** Returns the status of each counted exchange. */
    statuses: async () =>
      [...(await samples())]
        .filter(([key, count]) => key.startsWith(PREFIX) && count > 0)
        .flatMap(([key, count]) => Array.from({ length: count }, () => /status="(\w*)"/.exec(key)?.[1])),
  };
}

type Read = (response: Response) => unknown;
const all = async (body: AsyncIterable<Uint8Array>) => {
  let length = 0;
  for await (const chunk of body) length += chunk.byteLength;
  return length;
};
const TEXT = 'data: 1\n\ndata: 2\n\n';

/** Ways to read the body of an answer. */
const READINGS: Readonly<Record<string, Read>> = {
  text: (response) => response.text(),
  blob: async (response) => (await response.blob()).size,
  arrayBuffer: async (response) => (await response.arrayBuffer()).byteLength,
  'the iterator': ({ body }) => all(body as unknown as AsyncIterable<Uint8Array>),
  'values()': ({ body }) => all((body as unknown as { values(): AsyncIterable<Uint8Array> }).values()),
  pipeTo: async ({ body }) => {
    const sizes: number[] = [];
    await body?.pipeTo(
      new WritableStream({ write: (chunk: Uint8Array) => void sizes.push(chunk.byteLength) }),
    );
    return sizes;
  },
  pipeThrough: ({ body }) => new Response(body?.pipeThrough(new TransformStream())).text(),
  tee: async ({ body }) => {
    const [one, other] = body!.tee();
    return [await new Response(one).text(), await new Response(other).text()];
  },
  'clone()': async (response) => [await response.clone().text(), await response.text()],
  'clone() of a clone()': async (response) => {
    const copy = response.clone();
    return [await copy.clone().text(), await response.text(), await copy.text()];
  },
  'one of two calls of clone()': async (response) => {
    const [one, other] = [response.clone(), response.clone()];
    void other.body?.cancel();
    return [await one.text(), await response.text()];
  },
  'clone(), and cancelled itself': async (response) => {
    const copy = response.clone();
    void response.body?.cancel();
    return copy.text();
  },
  'an answer around it': (response) => new Response(response.body, response).text(),
};

type Leave = (response: Response, client: AbortController) => unknown;

/** Ways in which a client leaves a stream that has not ended. */
const LEAVINGS: Readonly<Record<string, Leave>> = {
  'has gone': (_, client) => client.abort(),
  'cancels it': ({ body }) => body?.cancel(),
  'cancels its reader': ({ body }) => body?.getReader().cancel(),
  'cancels its reader while it reads': ({ body }) => {
    const reader = body!.getReader();
    void reader.read();
    return reader.cancel();
  },
  'leaves its iterator': async ({ body }) => {
    const iterator = (body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    await iterator.return?.();
  },
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each(['Node', 'a runtime that reads natively'])('on %s,', (runtime) => {
  inRuntime(runtime);

  describe.each(Object.entries(DOINGS))('a handler that returns %s', (_, [handle, status, sent]) => {
    it('returns exactly that to its caller, and is counted once', async () => {
      const { fetch, statuses, samples } = observed(handle);
      expect(await seen(fetch, sent)).toEqual(await seen(handle, sent));
      expect(await statuses()).toEqual([status]);
      expect(
        (await samples()).get('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}') ?? 0,
      ).toBe(0);
    });
  });

  describe.each(Object.entries(READINGS))('an answer that is read by %s', (_, read) => {
    it.each([
      ['JSON', () => new Response(TEXT, { headers: { 'content-type': 'application/json' } }), 'json'],
      ['a stream', () => stream(events('data: 1\n\n', 'data: 2\n\n')), 'stream'],
    ] as const)(
      'has the size of the part of %s that was read, and is counted once',
      async (_title, answer, kind) => {
        const { fetch, statuses, samples } = observed(async () => answer());
        const response = await fetch(new Request('http://memory/mcp', { method: 'POST' }));
        expect(await read(response)).toEqual(await read(answer()));
        await expect.poll(statuses).toEqual(['200']);
        expect((await samples()).get(`pmcp_http_response_bytes_total{kind="${kind}"}`)).toBe(TEXT.length);
      },
    );
  });

  describe.each(Object.entries(LEAVINGS))('a stream whose client %s', (_, leave) => {
    it('ends, and is counted once', async () => {
      const source = new TransformStream<Uint8Array, Uint8Array>();
      const { fetch, statuses } = observed(async () => stream(source.readable));
      const client = new AbortController();
      const { signal } = client;
      await leave(await fetch(new Request('http://memory/mcp', { method: 'POST', signal })), client);
      await expect.poll(statuses).toEqual(['200']);
    });
  });

  it('counts an answer that is never read when it is garbage-collected', async () => {
    const { fetch, statuses } = observed(async () => json({ status: 400 }));
    await fetch(new Request('http://memory/mcp', { method: 'POST' }));
    await expect
      .poll(() => {
        collectGarbage();
        return statuses();
      })
      .toEqual(['400']);
  });

  it('adds no listener to a signal that outlives its requests', async () => {
    const { fetch } = observed(async () => stream(events('data: 1\n\n')));
    const { signal } = new AbortController();
    const request = new Request('http://memory/mcp', { method: 'POST' });
    Object.defineProperty(request, 'signal', { value: signal });
    for (let i = 0; i < 20; i++) await (await fetch(request)).text();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
