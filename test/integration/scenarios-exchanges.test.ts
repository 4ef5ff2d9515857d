import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { type McpHttpHandler, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterEach, describe, expect, it } from 'vitest';
import { ALONE } from './scenarios/host.js';
import { type HttpRunning, over, post, type Serve, serveHttp } from './scenarios/http.js';
import { growth, total } from './scenarios/metrics.js';
import { called } from './scenarios/row.js';
import { v1Server } from './scenarios/v1.js';
import { v2Server } from './scenarios/v2.js';

type Observe = Observability['observe'];

/** Servers that make a transport for each request and close none. */
const servers: Record<string, (observe: Observe) => Serve> = {
  v1: (observe) => async (request, response) => {
    const transport = new StreamableHTTPServerTransport({});
    await observe(v1Server()).connect(transport as never);
    await transport.handleRequest(request, response);
  },
  v2: (observe) => async (request, response) => {
    const transport = new NodeStreamableHTTPServerTransport({});
    await observe(v2Server()).connect(transport as never);
    await transport.handleRequest(request, response);
  },
  'v2 with web standards': (observe) => {
    const fetch = async (request: Request) => {
      const transport = new WebStandardStreamableHTTPServerTransport({});
      await observe(v2Server()).connect(transport as never);
      return transport.handleRequest(request);
    };
    return toNodeHandler({ fetch } as McpHttpHandler) as Serve;
  },
};

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const UNKNOWN = { jsonrpc: '2.0', id: 2, method: 'unknown' };
const NOTIFICATION = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };
const HANGING = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'hangs' } };

let running: HttpRunning | undefined;
afterEach(() => running?.close());

describe.each(Object.entries(servers))('an exchange on a transport that is never closed, %s,', (_, serve) => {
  const open = async () => {
    const observability = createObservability(ALONE);
    running = await serveHttp(observability, serve(observability.observe), over.v1);
    const server = running;
    const { activeConnections, connections, connectionDuration } = catalog;
    return {
      server,
      counted: async () => {
        const samples = await server.metrics();
        const [active, begun, ended] = [activeConnections, connections, connectionDuration].map((metric) =>
          total(samples, metric),
        );
        return { active, begun, ended };
      },
    };
  };

  it.each([
    ['a notification', NOTIFICATION, 1],
    ['a request', PING, 1],
    ['a batch', [PING, NOTIFICATION], 1],
    ['a batch that begins with a notification', [NOTIFICATION, PING], 1],
    ['a batch that begins with what is answered at once', [UNKNOWN, PING], 1],
    ['nothing that can be read', 'hello', 0],
  ])('ends after it has served %s', async (_, body, count) => {
    const { server, counted } = await open();
    await post(server.url, JSON.stringify(body));
    await expect.poll(counted).toEqual({ active: 0, begun: count, ended: count });
  });

  it('ends when its socket closes during a call', async () => {
    const { server, counted } = await open();
    const answer = post(server.url, JSON.stringify(HANGING));
    await expect.poll(counted).toMatchObject({ active: 1 });
    server.cut();
    await expect(answer).rejects.toThrow();
    await expect.poll(counted).toEqual({ active: 0, begun: 1, ended: 1 });
    expect(growth(new Map(), await server.metrics())).toEqual(called('hangs', 'cancelled', 'closed'));
  });
});
