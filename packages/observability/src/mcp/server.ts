import type { Transport } from './transport-kind.js';

const OBSERVED = Symbol.for('@pmcp/observability.observed');

/** What both SDKs' servers have in common, low-level and high-level alike. */
export interface Connectable {
  connect(transport: Transport, ...rest: unknown[]): Promise<unknown>;
}

interface HighLevel {
  /** The low-level server inside an McpServer. */
  readonly server?: Connectable;
}

/** Name, version and SDK of a server, as far as it shows them. */
export interface ServerInfo {
  readonly name: unknown;
  readonly version: unknown;
  readonly sdk: string;
}

export function isConnectable(server: unknown): server is Connectable {
  return typeof (server as Connectable | null | undefined)?.connect === 'function';
}

/**
 * Calls `onConnect` with every transport that a server connects to from now on, before it connects.
 *
 * @returns false when the server was watched already
 */
export function watchServer(server: Connectable, onConnect: (transport: Transport) => void): boolean {
  // Applications also connect the low-level server that an McpServer wraps.
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

/** SDK v2 speaks through codecs of two eras; v1 keeps its handlers alone. */
function sdkOf(server: object): string {
  if ('_negotiatedWireCodec' in server) return 'typescript-v2';
  return '_requestHandlers' in server ? 'typescript-v1' : 'unknown';
}
