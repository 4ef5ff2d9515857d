import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { catalog } from '@pmcp/observability/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Samples } from '../support/exposition.js';
import type { Running } from './scenarios/host.js';
import { httpHosts } from './scenarios/http-hosts.js';
import { series } from './scenarios/metrics.js';
import { stdioHosts } from './scenarios/stdio-hosts.js';

type Sized = typeof catalog.requestSize | typeof catalog.responseSize;

/** Returns how many calls of echo were measured, and their total size. */
function echoes(samples: Samples, metric: Sized) {
  const value = (suffix: string) => samples.get(series(metric, ['tools/call', 'echo'], suffix)) ?? 0;
  return { count: value('_count'), bytes: value('_sum') };
}

/** A text with more bytes than characters. */
const GREETING = 'grüße an 🌍';
const echo = (text: string) => ({ name: 'echo', arguments: { text } });

const requestWith = (id: number, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params });

let running: Running | undefined;
afterEach(() => running?.close());

describe.each(httpHosts)('the size of a request to $title', (host) => {
  const posted: number[] = [];
  const note = (event: unknown) => {
    const { method, headers } = (event as { request: IncomingMessage }).request;
    if (method === 'POST') posted.push(Number(headers['content-length']));
  };
  beforeEach(() => subscribe('http.server.request.start', note));
  afterEach(() => unsubscribe('http.server.request.start', note));

  it('is its Content-Length', async () => {
    running = await host.open();
    const peer = await running.connect();
    await peer.request('tools/call', echo(GREETING));

    const { count, bytes } = echoes(await running.metrics(), catalog.requestSize);
    expect(count).toBe(1);
    expect(bytes).toBe(posted.at(-1));
    expect(bytes).toBeGreaterThan(Buffer.byteLength(GREETING));
    await peer.leave();
  });
});

const takesBatches = httpHosts.filter(({ era, transport }) => era === 'legacy' && transport !== 'sse');

describe.each(takesBatches)('the size of a batch to $title', (host) => {
  it.each([
    ['the first', [requestWith(7001, 'tools/call', echo('a')), requestWith(7002, 'ping', {})]],
    [
      'one after another that is answered at once',
      [requestWith(7001, 'unknown', {}), requestWith(7002, 'tools/call', echo('a'))],
    ],
  ])('is not the size of its requests: %s', async (_, batch) => {
    running = await host.open();
    const peer = await running.connect();
    await peer.send(batch);
    // Answers to a batch arrive in their own time; a later request ends after them.
    await peer.request('tools/list');

    const samples = await running.metrics();
    expect(samples.get(series(catalog.requests, ['tools/call', 'echo', 'ok']))).toBe(1);
    expect(echoes(samples, catalog.requestSize)).toEqual({ count: 0, bytes: 0 });
    await peer.leave();
  });
});

describe.each(stdioHosts)('the size of a response of $title', (host) => {
  it.each([
    ['short', GREETING],
    ['longer than a pipe holds', GREETING.repeat(50_000)],
  ])('is that of the line that the client gets: %s', async (_, text) => {
    const server = await host.open();
    running = server;
    const peer = await server.connect();
    const line = once(createInterface({ input: server.stdout() }), 'line');
    await peer.request('tools/call', echo(text));

    const [written] = (await line) as [string];
    const bytes = Buffer.byteLength(`${written}\n`);
    expect(echoes(await server.metrics(), catalog.responseSize)).toEqual({ count: 1, bytes });
  });
});
