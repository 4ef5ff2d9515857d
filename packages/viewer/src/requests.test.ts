import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Demo } from './demo.js';
import { jaeger } from './jaeger.js';
import { serveViewer, type Viewer } from './serve.js';
import { shipped } from './shipped.js';

/** A trace as Jaeger returns it: times in microseconds, parents as references, failures as a tag. */
const TRACE = {
  traceID: 'abc1',
  processes: { p1: { serviceName: 'notes' } },
  spans: [
    {
      spanID: 'b',
      operationName: 'query',
      references: [{ refType: 'CHILD_OF', traceID: 'abc1', spanID: 'a' }],
      startTime: 1_000_500,
      duration: 250,
      processID: 'p1',
      tags: [
        { key: 'error', type: 'bool', value: true },
        { key: 'otel.status_description', type: 'string', value: 'no such table' },
      ],
      logs: [
        {
          timestamp: 1_000_600,
          fields: [
            { key: 'event', value: 'retry' },
            { key: 'attempt', value: 2 },
          ],
        },
      ],
    },
    {
      spanID: 'c',
      operationName: 'sampling/createMessage',
      references: [{ refType: 'CHILD_OF', traceID: 'abc1', spanID: 'a' }],
      startTime: 1_000_800,
      duration: 100,
      processID: 'p1',
      tags: [
        { key: 'error', type: 'bool', value: true },
        { key: 'error.type', type: 'string', value: '-32603' },
      ],
    },
    {
      spanID: 'a',
      operationName: 'tools/call search',
      references: [],
      startTime: 1_000_000,
      duration: 2_000,
      processID: 'p1',
    },
  ],
};

const asked: string[] = [];
const store = createServer(({ url = '' }, response) => {
  asked.push(url);
  const answer = url.startsWith('/api/services')
    ? { data: ['notes'] }
    : url.includes('/gone')
      ? undefined
      : { data: [TRACE] };
  const known = answer !== undefined && !url.includes('/dead');
  response
    .writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
    .end(JSON.stringify(answer ?? { errors: ['trace not found'] }));
});

const presses: [string, boolean][] = [];
const demo: Demo = {
  says: 'on purpose',
  faults: { 'slow-tool': { title: 'Slow tool', says: 'It is slow.', alert: 'PmcpToolSlow' } },
  active: () => presses.filter(([, on]) => on).map(([name]) => name),
  set: (name, on) => void presses.push([name, on]),
};

let viewer: Viewer;
let without: Viewer;

beforeAll(async () => {
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
  const url = new URL(`http://127.0.0.1:${port(store)}`);
  viewer = await serveViewer({ ...shipped(), prometheus: {}, traces: jaeger({ url }), demo });
  without = await serveViewer({ ...shipped(), prometheus: {} });
});

afterAll(async () => {
  await Promise.all([viewer.close(), without.close()]);
  store.close();
});

beforeEach(() => {
  asked.length = 0;
  presses.length = 0;
});

const port = (server: Server) => (server.address() as AddressInfo).port;
const press = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${viewer.url}/faults/${path}`, { method: 'POST', headers });

describe('single requests', () => {
  it('come from a store with the query API of Jaeger', async () => {
    const trace = await (await fetch(`${viewer.url}/traces/abc1`)).json();
    expect(trace.spans[0]).toMatchObject({
      spanId: 'b',
      parentSpanId: 'a',
      service: 'notes',
      startMs: 1000.5,
      durationMs: 0.25,
      failed: true,
      message: 'no such table',
    });
    // A failure without a message has at least a type.
    expect(trace.spans[1]).toMatchObject({ failed: true, message: '-32603' });
    expect(trace.spans[2]).toMatchObject({ parentSpanId: '', failed: false, message: '' });
    expect(trace.logs).toEqual([
      { atMs: 1000.6, level: 'event', message: 'retry', spanId: 'b', attributes: { attempt: 2 } },
    ]);
  });

  it.each([
    ['failed', 'tags=%7B%22error%22%3A%22true%22%7D'],
    ['slow', 'minDuration=1s'],
    ['recent', 'limit=7'],
  ])('are listed when they are %s, each once', async (kind, parameter) => {
    const list = await (await fetch(`${viewer.url}/traces?kind=${kind}&limit=7`)).json();
    expect(list).toEqual([
      {
        traceId: 'abc1',
        name: 'tools/call search',
        service: 'notes',
        startMs: 1000,
        durationMs: 2,
        failed: true,
        spans: 3,
      },
    ]);
    expect(asked.at(-1)).toContain(parameter);
  });

  it.each(['gone', '../api/services', 'abc1%2f..%2f..', 'x'])(
    'are requested only by their id: %s',
    async (id) => {
      expect((await fetch(`${viewer.url}/traces/${id}`)).status).toBe(404);
      expect(asked).toEqual([]);
    },
  );

  it('are reported as missing when they no longer exist', async () => {
    const response = await fetch(`${viewer.url}/traces/dead`);
    expect(response.status).toBe(404);
    expect((await response.json()).error).toBe('The request dead is not there, or no longer');
  });

  it('show what to do if nothing stores them', async () => {
    const response = await fetch(`${without.url}/traces/abc1`);
    expect(response.status).toBe(404);
    expect((await response.json()).error).toContain('--traces');
  });
});

describe('the faults of a demonstration', () => {
  it('begin and end when the page requests it', async () => {
    const origin = viewer.url;
    await press('slow-tool?on=true', { origin });
    await press('slow-tool?on=false', { origin });
    expect(presses).toEqual([
      ['slow-tool', true],
      ['slow-tool', false],
    ]);
  });

  it.each([
    ['slow-tool?on=true', {}],
    ['slow-tool?on=true', { origin: 'http://evil.example' }],
    ['constructor?on=true', 'own'],
  ])('accept only requests of the page, and only known faults: %s with %j', async (path, headers) => {
    const given = headers === 'own' ? { origin: viewer.url } : (headers as Record<string, string>);
    expect((await press(path, given)).status).toBe(403);
    expect(presses).toEqual([]);
  });

  it('do not exist outside a demonstration', async () => {
    expect((await fetch(`${without.url}/faults`)).status).toBe(404);
  });
});
