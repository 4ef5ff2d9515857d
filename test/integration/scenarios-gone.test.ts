import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';
import { series, total } from './scenarios/metrics.js';
import { v1Server } from './scenarios/v1.js';
import { v2Server } from './scenarios/v2.js';
import { Wire } from './scenarios/wire.js';

const HANGING = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'hangs' } };
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Requests whose clients have disconnected before a handler sees them. */
let server: ReturnType<typeof createServer>;
let arrived: (exchange: [IncomingMessage, ServerResponse]) => void = () => {};
beforeAll(async () => {
  server = createServer((request, response) => arrived([request, response]));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

async function exchange(): Promise<{
  request: IncomingMessage;
  response: ServerResponse;
  leave(): Promise<void>;
}> {
  const { port } = server.address() as AddressInfo;
  const coming = new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
    arrived = resolve;
  });
  const client = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers: HEADERS });
  client.on('error', () => {});
  client.end(JSON.stringify(HANGING));
  const [request, response] = await coming;
  const leave = async () => {
    const closed = new Promise((resolve) => response.once('close', resolve));
    client.destroy();
    await closed;
  };
  return { request, response, leave };
}

const web = (signal: AbortSignal) =>
  new Request('http://127.0.0.1/mcp', {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(HANGING),
    signal,
  });

type Observe = ReturnType<typeof createObservability>['observe'];
type NodeTransport = typeof StreamableHTTPServerTransport | typeof NodeStreamableHTTPServerTransport;

const beforeNode = (Transport: NodeTransport, build: () => object) => async (observe: Observe) => {
  const { request, response, leave } = await exchange();
  await leave();
  const transport = new Transport({});
  await (observe(build()) as { connect(transport: unknown): Promise<void> }).connect(transport);
  void transport.handleRequest(request, response, HANGING).catch(() => {});
};

const meanwhile = (Transport: NodeTransport, build: () => object) => async (observe: Observe) => {
  const { request, response, leave } = await exchange();
  const transport = new Transport({});
  await (observe(build()) as { connect(transport: unknown): Promise<void> }).connect(transport);
  const left = leave();
  void transport.handleRequest(request, response, HANGING).catch(() => {});
  await left;
};

/** Ways in which a client disconnects early. */
const CASES: Record<string, (observe: Observe) => Promise<unknown>> = {
  'v1, before the request is handled': beforeNode(StreamableHTTPServerTransport, v1Server),
  'v2, before the request is handled': beforeNode(NodeStreamableHTTPServerTransport, v2Server),
  'v1, while the request is handled': meanwhile(StreamableHTTPServerTransport, v1Server),
  'v2, while the request is handled': meanwhile(NodeStreamableHTTPServerTransport, v2Server),
  'v2 with web standards, before the request is handled': async (observe) => {
    const transport = new WebStandardStreamableHTTPServerTransport({});
    await observe(v2Server()).connect(transport);
    void transport.handleRequest(web(AbortSignal.abort())).catch(() => {});
  },
  'v1 over stdio, before it starts': async (observe) => {
    const stdin = new PassThrough();
    stdin.resume().end();
    await new Promise((resolve) => stdin.once('close', resolve));
    await observe(v1Server()).connect(new StdioServerTransport(stdin, new PassThrough()));
  },
  'v1 over SSE, before it starts': async (observe) => {
    const { response, leave } = await exchange();
    await leave();
    await observe(v1Server())
      .connect(new SSEServerTransport('/messages', response))
      .catch(() => {});
  },
  'a transport that closes as it starts': async (observe) => {
    const wire = new Wire();
    wire.start = async () => wire.onclose?.();
    await observe(v1Server()).connect(wire as never);
  },
  'a transport that cannot start': async (observe) => {
    const wire = new Wire();
    wire.start = async () => {
      throw new Error('in use');
    };
    await expect(observe(v1Server()).connect(wire as never)).rejects.toThrow('in use');
  },
  'a transport that does not say that it was closed': async (observe) => {
    const wire = new Wire();
    wire.close = async () => {};
    await observe(v1Server()).connect(wire as never);
    await wire.close();
  },
  'a transport that delivers after it has closed': async (observe) => {
    const wire = new Wire();
    await observe(v1Server()).connect(wire as never);
    wire.onclose?.();
    wire.onmessage?.(HANGING);
  },
};

describe('a client that has disconnected leaves nothing open', () => {
  it.each(Object.entries(CASES))('%s', async (_, leaves) => {
    const { observe, registry } = createObservability(ALONE);
    for (let i = 0; i < 3; i++) await leaves(observe as Observe);
    const open = async () => {
      const samples = parseSamples(await registry.metrics());
      const { activeConnections, requestsInFlight, connections, connectionDuration } = catalog;
      return {
        active: total(samples, activeConnections),
        inFlight: total(samples, requestsInFlight),
        begunAndNotEnded: total(samples, connections) - total(samples, connectionDuration),
      };
    };
    // The handler still runs without a client, and may count late.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect.poll(open).toEqual({ active: 0, inFlight: 0, begunAndNotEnded: 0 });
  });

  it.each(['v1, before the request is handled', 'v2, before the request is handled'])(
    'and its request ends as cancelled: %s',
    async (title) => {
      const { observe, registry } = createObservability(ALONE);
      await CASES[title]?.(observe as Observe);
      const cancelled = series(catalog.requests, ['tools/call', 'hangs', 'cancelled']);
      await expect.poll(async () => parseSamples(await registry.metrics()).get(cancelled)).toBe(1);
    },
  );
});
