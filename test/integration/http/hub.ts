import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

type OnMessage = (message: JSONRPCMessage) => void;
type Inner = StreamableHTTPServerTransport | WebStandardStreamableHTTPServerTransport;

const SESSION = 'mcp-session-id';
const NOT_FOUND = { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null };

/** A transport for all clients. Each client has a session on an inner transport, which no server sees. */
export class Hub {
  readonly #inner = new Map<string, Inner>();
  #onmessage: OnMessage | undefined;

  constructor(private readonly isJson: boolean) {}

  set onmessage(listener: OnMessage) {
    this.#onmessage = listener;
  }
  set onclose(_listener: () => void) {}
  set onerror(_listener: (error: Error) => void) {}

  async start(): Promise<void> {}

  async close(): Promise<void> {
    for (const inner of this.#inner.values()) await inner.close();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    // Only the inner transport that received the request takes the answer.
    await Promise.allSettled([...this.#inner.values()].map((inner) => inner.send(message)));
  }

  /** Forgets a session, as a restarted server does. */
  forget(id: string): void {
    this.#inner.delete(id);
  }

  async serveNode(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const inner = this.#of(request.headers[SESSION], StreamableHTTPServerTransport);
    if (inner) await inner.handleRequest(request, response);
    else response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(NOT_FOUND));
  }

  async serveFetch(request: Request): Promise<Response> {
    const inner = this.#of(
      request.headers.get(SESSION) ?? undefined,
      WebStandardStreamableHTTPServerTransport,
    );
    return inner ? inner.handleRequest(request) : Response.json(NOT_FOUND, { status: 404 });
  }

  #of<Made extends Inner>(
    id: string | string[] | undefined,
    Class: new (options: object) => Made,
  ): Made | undefined {
    if (id !== undefined) return this.#inner.get(String(id)) as Made | undefined;
    const inner = new Class({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: this.isJson,
      onsessioninitialized: (id: string) => void this.#inner.set(id, inner),
    });
    inner.onmessage = (message) => this.#onmessage?.(message);
    inner.onclose = () => void this.#inner.delete(inner.sessionId ?? '');
    return inner;
  }
}

/** A hub that takes Node's request objects. */
export class NodeHub extends Hub {
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.serveNode(request, response);
  }
}

/** A hub that takes the context objects of a framework. */
export class ContextHub extends Hub {
  handleRequest({ node }: { node: { req: IncomingMessage; res: ServerResponse } }): Promise<void> {
    return this.serveNode(node.req, node.res);
  }
}

/** A hub that takes web-standard requests. */
export class FetchHub extends Hub {
  handleRequest(request: Request): Promise<Response> {
    return this.serveFetch(request);
  }
}
