import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { begun, series } from '../scenarios/metrics.js';
import { v1Server } from '../scenarios/v1.js';
import { ContextHub, FetchHub, Hub, NodeHub } from './hub.js';
import { INITIALIZE, LEGACY } from './requests.js';
import { serve } from './serve.js';

const NEVER_IDLE = 300_000;
const SOON_IDLE_MS = 100;
const { activeConnections, connections } = catalog;

const TESTER = series(connections, ['streamable_http', '2025-11-25', 'tester']);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function toolkit(idleTimeoutMs: number): Observability {
  const toolkit = createObservability({ ...ALONE, connections: { idleTimeoutMs } });
  closing.push(toolkit.shutdown);
  return toolkit;
}

async function samples({ registry }: Observability) {
  return parseSamples(await registry.metrics());
}

/** Returns the number of open connections for each kind of transport. */
async function active(toolkit: Observability) {
  const page = await samples(toolkit);
  const of = (kind: string) => page.get(series(activeConnections, [kind])) ?? 0;
  return { sessions: of('streamable_http'), others: of('other') };
}

/** How a hub gets its requests: from the server's own listener, or by a method that the toolkit wraps. */
interface Way {
  hub(isJson: boolean): Hub;
  open(hub: Hub): Promise<{ url: URL; fetch?: typeof fetch }>;
}

async function onNode(listener: Parameters<typeof serve>[0]) {
  const served = await serve(listener);
  closing.push(served.close);
  return { url: served.url };
}

const WAYS: Readonly<Record<string, Way>> = {
  'has its server to itself': {
    hub: (isJson) => new Hub(isJson),
    open: (hub) => onNode((request, response) => void hub.serveNode(request, response)),
  },
  'is given the requests of Node': {
    hub: (isJson) => new NodeHub(isJson),
    open: (hub) => onNode((request, response) => void (hub as NodeHub).handleRequest(request, response)),
  },
  'is given the context of a framework': {
    hub: (isJson) => new ContextHub(isJson),
    open: (hub) => onNode((req, res) => void (hub as ContextHub).handleRequest({ node: { req, res } })),
  },
  'is given the requests of the web': {
    hub: (isJson) => new FetchHub(isJson),
    open: async (hub) => ({
      url: new URL('http://memory/mcp'),
      fetch: (url, init) => (hub as FetchHub).handleRequest(new Request(url, init)),
    }),
  },
};

async function entered(url: URL, options: StreamableHTTPClientTransportOptions = {}) {
  const client = new Client({ name: 'tester', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(url, options);
  await client.connect(transport);
  closing.push(() => client.close());
  return { client, transport, id: transport.sessionId! };
}

const CASES = Object.entries(WAYS).flatMap(([title, way]) => [
  { title: `${title}, answers in JSON`, way, isJson: true },
  { title: `${title}, answers in streams`, way, isJson: false },
]);

async function open({ way, isJson }: (typeof CASES)[number], idleTimeoutMs = NEVER_IDLE) {
  const seen = toolkit(idleTimeoutMs);
  const hub = way.hub(isJson);
  await seen.observe(v1Server()).connect(hub as never);
  const { url, fetch } = await way.open(hub);
  const enter = (sessionId?: string) =>
    entered(url, { ...(fetch && { fetch }), ...(sessionId && { sessionId }) });
  return { seen, hub, enter };
}

describe.each(CASES)('the sessions of a transport for all clients that $title', (theCase) => {
  it('are one connection each with their client names, until they are deleted or forgotten', async () => {
    const { seen, hub, enter } = await open(theCase);
    const [one, other, third] = [await enter(), await enter(), await enter()];
    await expect.poll(() => active(seen)).toEqual({ sessions: 3, others: 0 });
    for (const { client } of [one, other, third]) await client.listTools();
    expect(await active(seen)).toEqual({ sessions: 3, others: 0 });
    await one.transport.terminateSession();
    await expect.poll(() => active(seen)).toEqual({ sessions: 2, others: 0 });
    hub.forget(other.id);
    await expect(other.client.listTools()).rejects.toThrow();
    await expect.poll(() => active(seen)).toEqual({ sessions: 1, others: 0 });
    await third.transport.terminateSession();
    await expect.poll(() => active(seen)).toEqual({ sessions: 0, others: 0 });
    expect(begun(await samples(seen))).toEqual({ [TESTER]: 3 });
  });

  it('end after their clients have disconnected, stay while a stream is open, and can resume', async () => {
    const { seen, enter } = await open(theCase, SOON_IDLE_MS);
    const [gone, here] = [await enter(), await enter()];
    await expect.poll(() => active(seen)).toEqual({ sessions: 2, others: 0 });
    await gone.client.close();
    await expect.poll(() => active(seen)).toEqual({ sessions: 1, others: 0 });
    await here.client.close();
    await expect.poll(() => active(seen)).toEqual({ sessions: 0, others: 0 });
    // On a busy machine a session may have been idle too long before its stream opened, and then count again.
    const before = begun(await samples(seen))[TESTER]!;
    expect(before).toBeGreaterThanOrEqual(2);
    const { client } = await enter(here.id);
    await client.listTools();
    await expect.poll(async () => begun(await samples(seen))[TESTER]).toBeGreaterThan(before);
  });
});

type Context = Parameters<ContextHub['handleRequest']>[0];

/** A transport of one session whose framework passes its own contexts. */
class ContextTransport extends StreamableHTTPServerTransport {
  handle({ node }: Context): Promise<void> {
    return super.handleRequest(node.req, node.res);
  }
  override handleRequest = (context: never): Promise<void> => this.handle(context);
}

describe('sessions that are already known', () => {
  it.each([true, false])('count once, although their exchanges show them too (JSON: %s)', async (isJson) => {
    const seen = toolkit(NEVER_IDLE);
    const open = new Map<string, ContextTransport>();
    const { url } = await onNode(async (req, res) => {
      let transport = open.get(String(req.headers['mcp-session-id']));
      if (transport === undefined) {
        const made = new ContextTransport({
          sessionIdGenerator: randomUUID,
          enableJsonResponse: isJson,
          onsessioninitialized: (id) => void open.set(id, made),
        });
        transport = made;
        await seen.observe(v1Server()).connect(made as never);
      }
      await transport.handleRequest({ node: { req, res } } as never);
    });
    const [one, other] = [await entered(url), await entered(url)];
    for (const { client } of [one, other]) await client.listTools();
    const exchanges = 'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}';
    await expect.poll(async () => (await samples(seen)).get(exchanges)).toBe(4);
    expect(await active(seen)).toEqual({ sessions: 2, others: 0 });
    for (const { transport } of [one, other]) await transport.terminateSession();
    await expect.poll(() => active(seen)).toEqual({ sessions: 0, others: 0 });
    expect(begun(await samples(seen))).toEqual({ [TESTER]: 2 });
  });

  it('never come from ids that a client invented, also if the server repeats these', async () => {
    const seen = toolkit(NEVER_IDLE);
    let answer: (message: unknown) => void = () => {};
    const shared: { onmessage?: (message: unknown) => void } & Record<string, unknown> = {
      start: async () => {},
      close: async () => {},
      send: async (message: unknown) => answer(message),
    };
    await seen.observe(v1Server()).connect(shared as never);
    const { url } = await onNode(async (request, response) => {
      const message: unknown = await json(request);
      const answered = new Promise((resolve) => {
        answer = resolve;
      });
      shared.onmessage?.(message);
      const id = request.headers['mcp-session-id'] ?? 'given';
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': id });
      response.end(JSON.stringify(await answered));
    });
    const begin = async (headers: Record<string, string>) => {
      const init = { method: 'POST', headers: { ...LEGACY, ...headers }, body: JSON.stringify(INITIALIZE) };
      await (await fetch(url, init)).text();
    };
    for (const id of ['a', 'b', 'c']) await begin({ 'mcp-session-id': id });
    const exchanges = 'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}';
    await expect.poll(async () => (await samples(seen)).get(exchanges)).toBe(3);
    expect(await active(seen)).toEqual({ sessions: 0, others: 1 });
    await begin({});
    await expect.poll(() => active(seen)).toEqual({ sessions: 1, others: 0 });
  });
});
