import type { Transport } from './transport-kind.js';

const OBSERVED = Symbol.for('@pmcp/observability.observed');

/** The common parts of the low-level and high-level servers of both SDKs. */
export interface Connectable {
  connect(transport: Transport, ...rest: unknown[]): Promise<unknown>;
}

interface HighLevel {
  /** The low-level server inside an McpServer. */
  readonly server?: Connectable;
}

/** The name, version and SDK of a server, if it shows them. */
export interface ServerInfo {
  readonly name: unknown;
  readonly version: unknown;
  readonly sdk: string;
}

export function isConnectable(server: unknown): server is Connectable {
  return typeof (server as Connectable | null | undefined)?.connect === 'function';
}

/**
 * Calls `onConnect` before the server connects to a transport, for every transport from now on.
 *
 * @returns false if the server was watched already
 */
export function watchServer(server: Connectable, onConnect: (transport: Transport) => void): boolean {
  // Applications may also connect the low-level server inside an McpServer.
  const inner = (server as HighLevel).server;
  const target: Connectable & { [OBSERVED]?: true } = isConnectable(inner) ? inner : server;
  if (Object.hasOwn(target, OBSERVED)) return false;
  target[OBSERVED] = true;
  const { connect } = target;
  target.connect = (transport, ...rest) => {
    onConnect(transport);
    return connect.call(target, transport, ...rest);
  };
  return true;
}

export function serverInfo(server: object): ServerInfo {
  const inner = ((server as HighLevel).server ?? server) as {
    _serverInfo?: { name?: unknown; version?: unknown };
  };
  return { name: inner._serverInfo?.name, version: inner._serverInfo?.version, sdk: sdkOf(inner) };
}

/** SDK v2 has codecs for two protocol eras; v1 has only handlers. */
function sdkOf(server: object): string {
  if ('_negotiatedWireCodec' in server) return 'typescript-v2';
  return '_requestHandlers' in server ? 'typescript-v1' : 'unknown';
}
