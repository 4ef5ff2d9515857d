/** Requests of protocol 2026-07-28 as they are on the wire. */

export const VERSION = '2026-07-28';

export const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': VERSION,
};

export function body(method: string, params: object = {}, id: number | string = 1) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta } };
}

/** The headers of a client of the last protocol version with sessions. */
export const LEGACY = { ...HEADERS, 'mcp-protocol-version': '2025-11-25' };

/** The message that begins a session. */
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'tester', version: '1.0.0' },
  },
};

export interface Stream {
  readonly response: Response;
  leave(): void;
}

export const TOOLS_CHANGED = { toolsListChanged: true };

export function listenRequest(url: URL, id: number, notifications: object = TOOLS_CHANGED): Request {
  return new Request(url, {
    method: 'POST',
    headers: { ...HEADERS, 'mcp-method': 'subscriptions/listen' },
    body: JSON.stringify(body('subscriptions/listen', { notifications }, id)),
  });
}

/** Opens a stream for notifications of the server; it is open when the response arrives. */
export async function listen(url: URL, id: number, notifications?: object): Promise<Stream> {
  const client = new AbortController();
  // The signal is kept outside the request: one that only a request refers to may be garbage-collected.
  const { signal } = client;
  const response = await fetch(listenRequest(url, id, notifications), { signal });
  return { response, leave: () => client.abort() };
}
