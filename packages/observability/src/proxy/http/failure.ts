import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { RequestId } from '../../protocol/message.js';
import type { HttpExchange } from './exchange.js';

interface OwnError {
  readonly code: number;
  readonly message: string;
}

/** Answers with an HTTP status and the JSON-RPC error that clients understand. */
export function refuse(
  response: ServerResponse,
  status: number,
  error: OwnError,
  id: RequestId | null = null,
): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error, id });
  // Sets the reason phrase too. Otherwise an invalid one that made the upstream's answer fail would stay.
  response.writeHead(status, STATUS_CODES[status], {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    // The rest of a request that was not read is not worth reading.
    Connection: 'close',
  });
  response.end(body);
}

/** Answers instead of the upstream, which must not receive a call that was not recorded. */
export function refuseUnrecorded(response: ServerResponse, exchange: HttpExchange, error: OwnError): void {
  const id = exchange.errorId;
  exchange.failed(error.code, 503);
  if (!response.destroyed) refuse(response, 503, error, id);
}
