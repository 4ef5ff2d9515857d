import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { until } from '../../support/until.js';
import { v1Server } from '../scenarios/v1.js';
import { v2Server } from '../scenarios/v2.js';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const MODERN = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'subscriptions/listen',
};

let server: Server | undefined;
let proxy: RunningProxy | undefined;
afterEach(async () => {
  await proxy?.stop();
  server?.closeAllConnections();
  server?.close();
});

async function behind(serve: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown) {
  server = createServer((incoming, outgoing) => void serve(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startHttpProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return proxy;
}

async function handler(maxSubscriptions = 10): Promise<McpHttpHandler> {
  const made = createMcpHandler(() => v2Server(), { maxSubscriptions });
  await behind(toNodeHandler(made) as never);
  return made;
}

/** What a client has received from a stream. */
class Listening {
  received = '';
  /** How the stream ended; undefined while it is open. */
  end: 'end' | 'break' | undefined;
  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {}

  static async open(url: string, init: RequestInit): Promise<Listening> {
    const abort = new AbortController();
    const listening = new Listening(await fetch(url, { ...init, signal: abort.signal }), abort);
    void listening.read();
    return listening;
  }

  async got(text: string): Promise<this> {
    await until(() => this.received.includes(text));
    return this;
  }

  leave(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body as AsyncIterable<Uint8Array>)
        this.received += decoder.decode(chunk, { stream: true });
      this.end = 'end';
    } catch {
      this.end = 'break';
    }
  }
}

function listen(id: number, notifications: object = { toolsListChanged: true }): Promise<Listening> {
  const message = {
    jsonrpc: '2.0',
    id,
    method: 'subscriptions/listen',
    params: { notifications, _meta: META },
  };
  return Listening.open(proxy!.url, { method: 'POST', headers: MODERN, body: JSON.stringify(message) });
}

const shows = (expected: Record<string, number | undefined>) =>
  expect
    .poll(async () => {
      const samples = await scrape(proxy!.port);
      return Object.fromEntries(Object.keys(expected).map((key) => [key, samples.get(key)]));
    })
    .toEqual(expected);

const active = 'pmcp_active_connections{transport="streamable_http"}';
const inFlight = 'pmcp_requests_in_flight{method="subscriptions/listen"}';
const open = (kind: string) => `pmcp_active_subscriptions{kind="${kind}"}`;
const silent = (kind: string) => `pmcp_silent_subscriptions{kind="${kind}"}`;
const carried = (kind: string) => `pmcp_subscription_notifications_total{kind="${kind}"}`;
const lasted = (kind: string) => `pmcp_subscription_duration_seconds_count{kind="${kind}"}`;
const counted = (outcome: string) =>
  `pmcp_requests_total{method="subscriptions/listen",name="",outcome="${outcome}"}`;
const timed = 'pmcp_request_duration_seconds_count{method="subscriptions/listen",name=""}';

describe('a subscriptions/listen stream behind the HTTP proxy', () => {
  it('is open and a connection until its client disconnects, and its request is not in flight', async () => {
    const { notify } = await handler();
    const kind = 'tools_list_changed';
    const [one, two] = await Promise.all([listen(1), listen(2)]);
    await Promise.all([one.got('acknowledged'), two.got('acknowledged')]);
    await shows({
      [open(kind)]: 2,
      [silent(kind)]: 2,
      [active]: 2,
      [inFlight]: 0,
      [counted('ok')]: 2,
      [timed]: 0,
    });
    notify.toolsChanged();
    await Promise.all([one.got('list_changed'), two.got('list_changed')]);
    await shows({ [silent(kind)]: 0, [carried(kind)]: 2, [open(kind)]: 2 });
    one.leave();
    two.leave();
    await shows({ [open(kind)]: 0, [lasted(kind)]: 2, [active]: 0, [counted('ok')]: 2 });
    const streams = 'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}';
    await shows({ [streams]: 2 });
  });

  it('ends when its server ends it', async () => {
    const made = await handler();
    const stream = await (await listen(1, { promptsListChanged: true })).got('acknowledged');
    await shows({ [open('prompts_list_changed')]: 1 });
    await made.close();
    await until(() => stream.end === 'end');
    await shows({ [open('prompts_list_changed')]: 0, [silent('prompts_list_changed')]: 0, [active]: 0 });
  });

  it('is refused above the limit, whatever the status', async () => {
    await handler(1);
    const first = await (await listen(1)).got('acknowledged');
    const second = await (await listen(2)).got('limit');
    expect(second.response.status).toBe(200);
    await shows({
      'pmcp_http_exchanges_total{http_method="POST",status="200",reason="limit"}': 1,
      'pmcp_errors_total{method="subscriptions/listen",name="",type="limit"}': 1,
      [counted('server_error')]: 1,
      [counted('ok')]: 1,
      [open('tools_list_changed')]: 1,
      [active]: 1,
    });
    first.leave();
    await shows({ [active]: 0 });
  });

  it('does not delay SIGTERM, and its client sees it end', async () => {
    await handler();
    const stream = await (await listen(1)).got('acknowledged');
    await shows({ [open('tools_list_changed')]: 1 });
    const ended = once(proxy!.child, 'exit');
    const start = performance.now();
    proxy!.child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    // Much less than the 25 s that requests in flight would get.
    expect(performance.now() - start).toBeLessThan(12_000);
    await until(() => stream.end !== undefined);
    expect(stream.end).toBe('end');
  });
});

describe('the stream of a session behind the HTTP proxy', () => {
  /** Starts a server of SDK v1 with one session. */
  async function session() {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
    const mcp = v1Server();
    await mcp.connect(transport as never);
    const { url } = await behind((incoming, outgoing) => transport.handleRequest(incoming, outgoing));
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
    });
    await response.text();
    const id = response.headers.get('mcp-session-id') ?? '';
    return { mcp, url, headers: { ...headers, 'mcp-session-id': id } };
  }

  it('is open until either side ends it, and is no additional connection', async () => {
    const { mcp, url, headers } = await session();
    const stream = await Listening.open(url, { headers });
    await shows({ [open('session')]: 1, [silent('session')]: 1, [active]: 1 });
    mcp.sendToolListChanged();
    await stream.got('list_changed');
    await shows({ [silent('session')]: 0, [carried('session')]: 1 });
    stream.leave();
    await shows({ [open('session')]: 0, [lasted('session')]: 1, [active]: 1 });
  });
});
