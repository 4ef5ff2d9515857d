import type { RequestHead } from '../http/request-head.js';
import type { TransportKind } from './transport-kind.js';

/** What is known so far about the client of a connection. */
export interface Peer {
  /** The number of the connection in this process. It shows which log lines belong together. */
  readonly number: number;
  readonly kind: TransportKind;
  readonly sessionId: string | undefined;
  readonly protocolVersion: unknown;
  /** The name that the client gave itself. */
  readonly client: unknown;
  /** The address of the socket on which the last HTTP request arrived. */
  readonly address: SocketAddress | undefined;
  /** The server of the connection. */
  readonly server: unknown;
}

export interface SocketAddress {
  readonly address: string;
  /** Undefined while several sockets are in use, since it is unknown which one carried a message. */
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
