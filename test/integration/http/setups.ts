import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { WebStandardStreamableHTTPServerTransport as V1WebTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import {
  createMcpHandler,
  type McpHttpHandler,
  WebStandardStreamableHTTPServerTransport as V2WebTransport,
} from '@modelcontextprotocol/server';
import type { Observability } from '@pmcp/observability';
import express from 'express';
import { Hono } from 'hono';
import { v1Server } from '../scenarios/v1.js';
import { v2Server } from '../scenarios/v2.js';
import { serve } from './serve.js';

type Observe = Observability['observe'];
type Fetch = (request: Request) => Promise<Response>;

/** A running MCP server. Requests reach it as its runtime delivers them. */
export interface Endpoint {
  readonly url: URL;
  readonly fetch: Fetch;
  readonly isNode: boolean;
  readonly handler?: McpHttpHandler;
  close(): Promise<void>;
}

export interface Setup {
  readonly title: string;
  readonly era: 'legacy' | 'modern';
  /** Whether Node's HTTP server handles the exchanges. */
  readonly isNode: boolean;
  /** Whether a session begins with its stream instead of a handshake. */
  readonly beginsWithStream?: true;
  /** Whether the application authenticates requests first. */
  readonly isGuarded?: true;
  open(observe: Observe): Promise<Endpoint>;
}

export const TOKEN = 'let me in';

interface Transport {
  handleRequest(request: never, response: never, body?: unknown): Promise<void>;
}

function sessions(make: (onOpen: (id: string) => void) => Promise<Transport>) {
  const open = new Map<string, Transport>();
  return async (id: unknown): Promise<Transport> => {
    const known = open.get(String(id));
    if (known !== undefined) return known;
    const transport: Transport = await make((id) => void open.set(id, transport));
    return transport;
  };
}

const v1Sessions = (observe: Observe) =>
  sessions(async (onOpen) => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: onOpen,
    });
    await observe(v1Server()).connect(transport as never);
    return transport;
  });

const v2Sessions = (observe: Observe) =>
  sessions(async (onOpen) => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: onOpen,
    });
    await observe(v2Server()).connect(transport);
    return transport as Transport;
  });

function plain(
  of: (observe: Observe) => (id: unknown) => Promise<Transport>,
  observe: Observe,
): RequestListener {
  const sessionOf = of(observe);
  return async (request, response) => {
    const transport = await sessionOf(request.headers['mcp-session-id']);
    await transport.handleRequest(request as never, response as never);
  };
}

function sse(observe: Observe): RequestListener {
  const open = new Map<string | null, SSEServerTransport>();
  return async (request, response) => {
    if (request.method !== 'GET') {
      const id = new URL(request.url ?? '', 'http://host').searchParams.get('sessionId');
      const transport = open.get(id);
      if (transport === undefined) response.writeHead(404).end();
      else await transport.handlePostMessage(request, response);
      return;
    }
    const transport = new SSEServerTransport('/mcp', response);
    open.set(transport.sessionId, transport);
    await observe(v1Server()).connect(transport);
  };
}

/** A typical application: parsed bodies, a router and an authentication check. */
function guarded(observe: Observe, mount: (app: express.Express, observe: Observe) => void): RequestListener {
  const app = express();
  app.use('/mcp', (request, response, next) => {
    const { authorization } = request.headers;
    if (authorization === `Bearer ${TOKEN}`) return next();
    const error = authorization === undefined ? '' : ', error="invalid_token"';
    response.setHeader('www-authenticate', `Bearer realm="mcp"${error}`);
    return response.status(401).json({ error: 'invalid_token' });
  });
  app.use(express.json({ limit: '100kb' }));
  mount(app, observe);
  return app;
}

const webTransport =
  (
    Transport: typeof V1WebTransport | typeof V2WebTransport,
    build: () => { connect(t: never): Promise<void> },
  ) =>
  (observe: Observe): Fetch =>
  async (request) => {
    const transport = new Transport({});
    await observe(build()).connect(transport as never);
    return transport.handleRequest(request);
  };

const inFactory = (observe: Observe) => createMcpHandler(() => observe(v2Server()), { maxSubscriptions: 2 });
const handlerOf = (observe: Observe) => observe(inFactory(observe));

async function onNode(listener: RequestListener, handler?: McpHttpHandler): Promise<Endpoint> {
  const served = await serve(listener);
  return { ...served, isNode: true, fetch: (request) => fetch(request), ...(handler && { handler }) };
}

async function inMemory(fetch: Fetch, handler?: McpHttpHandler): Promise<Endpoint> {
  return {
    url: new URL('http://memory/mcp'),
    isNode: false,
    fetch,
    close: async () => {},
    ...(handler && { handler }),
  };
}

const node = (title: string, era: Setup['era'], listener: (observe: Observe) => RequestListener): Setup => ({
  title,
  era,
  isNode: true,
  open: (observe) => onNode(listener(observe)),
});

function withHandler(
  title: string,
  make: (observe: Observe) => McpHttpHandler,
  mount: (handler: McpHttpHandler) => Promise<Endpoint>,
  isNode = true,
): Setup {
  return { title, era: 'modern', isNode, open: (observe) => mount(make(observe)) };
}

const byNode = (handler: McpHttpHandler) => onNode(toNodeHandler(handler) as RequestListener, handler);
const byHono = (handler: McpHttpHandler) => {
  const app = new Hono();
  app.all('/mcp', ({ req }) => handler.fetch(req.raw));
  return onNode(
    getRequestListener((request) => app.fetch(request)),
    handler,
  );
};
const byMount = (handler: McpHttpHandler) => {
  const app = new Hono();
  app.mount('/mcp', (request: Request) => handler.fetch(request));
  return onNode(
    getRequestListener((request) => app.fetch(request)),
    handler,
  );
};

const onExpress = (handler: McpHttpHandler) => {
  const app = express();
  app.use(express.json({ limit: '100kb' }));
  const serveMcp = toNodeHandler(handler);
  app.all('/mcp', (request, response) => void serveMcp(request as never, response as never, request.body));
  return onNode(app, handler);
};

/** The usual ways to serve MCP over HTTP. */
export const setups: readonly Setup[] = [
  node('v1 on node:http', 'legacy', (observe) => plain(v1Sessions, observe)),
  { ...node('v1 over SSE', 'legacy', sse), beginsWithStream: true },
  {
    ...node('v1 on Express behind a guard', 'legacy', (observe) =>
      guarded(observe, (app) => {
        const sessionOf = v1Sessions(observe);
        app.all('/mcp', async (request, response) => {
          const transport = await sessionOf(request.headers['mcp-session-id']);
          await transport.handleRequest(request as never, response as never, request.body);
        });
      }),
    ),
    isGuarded: true,
  },
  {
    ...node('v1 on a router of Express behind a guard', 'legacy', (observe) =>
      guarded(observe, (app) => {
        const sessionOf = v1Sessions(observe);
        const router = express.Router();
        router.all('/', async (request, response) => {
          const transport = await sessionOf(request.headers['mcp-session-id']);
          await transport.handleRequest(request as never, response as never, request.body);
        });
        app.use('/mcp', router);
      }),
    ),
    isGuarded: true,
  },
  node('v1 on Hono', 'legacy', (observe) => {
    const app = new Hono();
    const fetch = webTransport(V1WebTransport as never, v1Server)(observe);
    app.all('/mcp', ({ req }) => fetch(req.raw));
    return getRequestListener((request) => app.fetch(request)) as RequestListener;
  }),
  {
    title: 'v1 with web standards only',
    era: 'legacy',
    isNode: false,
    open: (observe) => inMemory(webTransport(V1WebTransport as never, v1Server)(observe)),
  },
  node('v2 on node:http', 'legacy', (observe) => plain(v2Sessions, observe)),
  {
    title: 'v2 with web standards only',
    era: 'legacy',
    isNode: false,
    open: (observe) => inMemory(webTransport(V2WebTransport, v2Server)(observe)),
  },
  withHandler('v2 handler on node:http', handlerOf, byNode),
  withHandler('v2 handler on Express', handlerOf, onExpress),
  withHandler('v2 handler on Hono', handlerOf, byHono),
  withHandler('v2 handler that Hono mounts', handlerOf, byMount),
  withHandler('v2 handler on web standards alone', handlerOf, (h) => inMemory((r) => h.fetch(r), h), false),
  withHandler('v2 handler, observed in its factory', inFactory, byNode),
];
