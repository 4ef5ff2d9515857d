import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { ALONE, type Host, type Traits } from './host.js';
import { type HttpRunning, over, type Serve, serveHttp } from './http.js';
import { MAX_STREAMS } from './tools.js';
import { v1LegacyServer, v1Server } from './v1.js';
import { v1LowLevelServer } from './v1-low-level.js';
import { v2Server } from './v2.js';

type Observe = Observability['observe'];

/** The part of a server that a host needs, for both SDKs. */
interface Server {
  connect(transport: never): Promise<void>;
  close(): Promise<void>;
}

type StreamableHttp = StreamableHTTPServerTransport | NodeStreamableHTTPServerTransport;
type NewTransport = new (
  options: ConstructorParameters<typeof StreamableHTTPServerTransport>[0],
) => StreamableHttp;

/** Makes one transport for each session, and finds it by the id in the header. */
function stateful(build: () => Server, Transport: NewTransport) {
  return (observe: Observe): Serve => {
    const sessions = new Map<unknown, StreamableHttp>();
    return async (request, response) => {
      let session = sessions.get(request.headers['mcp-session-id']);
      if (session === undefined) {
        const transport = new Transport({
          sessionIdGenerator: randomUUID,
          onsessioninitialized: (id) => void sessions.set(id, transport),
        });
        await observe(build()).connect(transport as never);
        session = transport;
      }
      await session.handleRequest(request, response);
    };
  };
}

/** Makes a server and a transport for each request, as in the example of SDK v1. */
function stateless(observe: Observe): Serve {
  return async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const server = observe(v1Server());
    const transport = new StreamableHTTPServerTransport({});
    response.on('close', () => {
      void transport.close();
      void server.close();
    });
    await server.connect(transport as never);
    return transport.handleRequest(request, response);
  };
}

/** A stream for messages of the server; messages of the client come in separate requests. */
function sse(observe: Observe): Serve {
  const sessions = new Map<string | null, SSEServerTransport>();
  const sessionId = ({ url = '' }: IncomingMessage) =>
    new URL(url, 'http://host').searchParams.get('sessionId');
  return async (request, response) => {
    if (request.method === 'POST')
      return sessions.get(sessionId(request))?.handlePostMessage(request, response);
    const transport = new SSEServerTransport('/messages', response);
    sessions.set(transport.sessionId, transport);
    await observe(v1Server()).connect(transport);
    return undefined;
  };
}

function perRequest(observe: Observe): Serve {
  return toNodeHandler(
    createMcpHandler(() => observe(v2Server()), { maxSubscriptions: MAX_STREAMS }),
  ) as Serve;
}

/** Observes the handler as well, for the requests that it answers itself. */
function observedHandler(observe: Observe): Serve {
  return toNodeHandler(
    observe(createMcpHandler(() => observe(v2Server()), { maxSubscriptions: MAX_STREAMS })),
  ) as Serve;
}

/** The path that makes the process of the servers cut all connections. */
export const CUT = '/cut';

type HttpTraits = Partial<Traits> & Pick<Traits, 'title' | 'sdk'>;

export interface HttpHost extends Host {
  /** Serves it in another process. */
  readonly serve: (observe: Observe) => Serve;
  readonly client: keyof typeof over;
  open(...args: Parameters<Host['open']>): Promise<HttpRunning>;
}

function host(traits: HttpTraits, serve: (observe: Observe) => Serve, client: keyof typeof over): HttpHost {
  return {
    api: 'McpServer',
    era: 'legacy',
    transport: 'streamable_http',
    session: true,
    ...traits,
    serve,
    client,
    open: (options, observe) => {
      const observability = createObservability({ ...ALONE, ...options });
      return serveHttp(observability, serve(observe ?? observability.observe), over[client]);
    },
  };
}

const v1Stateful = (build: () => Server) => stateful(build, StreamableHTTPServerTransport);
const v2Stateful = stateful(v2Server, NodeStreamableHTTPServerTransport);

export const httpHosts: readonly HttpHost[] = [
  host({ title: 'v1 over SSE', sdk: 'v1', transport: 'sse' }, sse, 'sse'),
  host({ title: 'v1 over stateful HTTP', sdk: 'v1' }, v1Stateful(v1Server), 'v1'),
  host({ title: 'v1 over stateless HTTP', sdk: 'v1', session: false }, stateless, 'v1'),
  host({ title: 'v1 with tool() over stateful HTTP', sdk: 'v1' }, v1Stateful(v1LegacyServer), 'v1'),
  host(
    { title: 'v1 Server over stateful HTTP', sdk: 'v1', api: 'Server' },
    v1Stateful(v1LowLevelServer),
    'v1',
  ),
  host(
    { title: 'v2 handler, modern client', sdk: 'v2', era: 'modern', session: false },
    perRequest,
    'modern',
  ),
  host(
    { title: 'v2 observed handler, modern client', sdk: 'v2', era: 'modern', session: false },
    observedHandler,
    'modern',
  ),
  host({ title: 'v2 handler, legacy client', sdk: 'v2', session: false }, perRequest, 'v2'),
  host({ title: 'v2 handler, client of v1', sdk: 'v2', session: false }, perRequest, 'v1'),
  host({ title: 'v2 over stateful HTTP, legacy client', sdk: 'v2' }, v2Stateful, 'v2'),
];
