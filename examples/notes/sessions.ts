import { randomUUID } from 'node:crypto';
import { type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';

/** The most open sessions in a process. Above it, the session that was silent longest is closed. */
const MAX_SESSIONS = 500;

/** Serves clients of protocol 2025-11-25 and earlier. Each has its own session and server. */
export class Sessions {
  /**
   * In the order of their last request. Most clients never end their session, so the server must clean up.
   */
  private readonly transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(private readonly createServer: () => McpServer) {}

  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.open(request);
    const transport = this.transports.get(id);
    if (!transport) return error(404, 'Session not found');
    this.remember(id, transport);
    return transport.handleRequest(request);
  }

  private async open(request: Request): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => this.remember(id, transport),
    });
    transport.onclose = () => this.transports.delete(transport.sessionId ?? '');
    await this.createServer().connect(transport);
    const response = await transport.handleRequest(request);
    // The request was no `initialize`, so there is no session that will close this transport.
    if (transport.sessionId === undefined) await transport.close();
    return response;
  }

  private remember(id: string, transport: WebStandardStreamableHTTPServerTransport): void {
    this.transports.delete(id);
    this.transports.set(id, transport);
    const [silent] = this.transports.values();
    if (this.transports.size > MAX_SESSIONS) void silent?.close();
  }
}

function error(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } }, { status });
}
