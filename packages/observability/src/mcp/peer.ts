import type { RequestHead } from '../http/request-head.js';
import type { TransportKind } from './transport-kind.js';

/** The other side of a connection, as far as it is known by now. */
export interface Peer {
  /** Counts the connections of the process, so that log lines of one can be told from another's. */
  readonly number: number;
  readonly kind: TransportKind;
  readonly sessionId: string | undefined;
  readonly protocolVersion: unknown;
  /** What the client calls itself. */
  readonly client: unknown;
  /** The address of the socket that the last HTTP request came by. */
  readonly address: SocketAddress | undefined;
  /** The server, which knows its handlers. */
  readonly server: unknown;
}

export interface SocketAddress {
  readonly address: string;
  /** Undefined while several sockets are in use: which of them a message came by is not known. */
  readonly port: number | undefined;
  readonly httpVersion: string;
}

/** The socket that a request came by, where the runtime tells. */
export function socketAddress(
  { socket, httpVersion }: Pick<RequestHead, 'httpVersion'> & { readonly socket?: Socket | undefined },
  isOnly = true,
): SocketAddress | undefined {
  const { remoteAddress: address, remotePort } = socket ?? {};
  if (address === undefined || httpVersion === undefined) return undefined;
  return { address, port: isOnly ? remotePort : undefined, httpVersion };
}

interface Socket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}
