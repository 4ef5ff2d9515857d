import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { RequestId } from '../../mcp/message.js';

/** Answers with an HTTP status and the JSON-RPC error that clients understand. */
export function refuse(
  response: ServerResponse,
  status: number,
  error: { readonly code: number; readonly message: string },
  id: RequestId | null = null,
): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error, id });
  // The reason too, or one that an answer was refused for would stay.
  response.writeHead(status, STATUS_CODES[status], {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    // What is left of a request that was not read is not worth reading.
    Connection: 'close',
  });
  response.end(body);
}
