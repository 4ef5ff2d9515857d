/** The `transport` label: how a connection reaches the server. */
export const TRANSPORT_KINDS = ['stdio', 'sse', 'streamable_http', 'other'] as const;
export type TransportKind = (typeof TRANSPORT_KINDS)[number];

/** The parts of an SDK transport that we read. Each may be missing. */
export interface Transport {
  start(): Promise<void>;
  send(message: unknown, ...rest: unknown[]): Promise<void>;
  close(): Promise<void>;
  onmessage?: ((message: never, extra?: never) => unknown) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  readonly sessionId?: string | undefined;
}

/**
 * Recognises transports by their members. Class names do not survive minifiers, and importing the classes of the SDKs would
 * bind us to one copy of one version.
 */
export function transportKind(transport: object): TransportKind {
  if ('handlePostMessage' in transport) return 'sse';
  if ('handleRequest' in transport) return 'streamable_http';
  // SDK v2: one HTTP exchange of protocol 2026-07-28.
  if ('handleMessage' in transport && '_classification' in transport) return 'streamable_http';
  // The transport of both SDKs, and the channel that v2's serveStdio puts in front of it.
  if ('_stdin' in transport || ('_wire' in transport && 'deliver' in transport)) return 'stdio';
  return 'other';
}

interface Streams {
  readonly _streamMapping?: { readonly size?: number };
  readonly _webStandardTransport?: Streams;
}

/** Whether a Streamable HTTP session has an open stream; undefined if that can't be seen. */
export function hasOpenStream(transport: object): boolean | undefined {
  const { _streamMapping, _webStandardTransport } = transport as Streams;
  const size = _streamMapping?.size ?? _webStandardTransport?._streamMapping?.size;
  return size === undefined ? undefined : size > 0;
}

/** A stream that counts what was written to it. */
export interface Sink {
  readonly bytesWritten?: number;
}

interface Sinks {
  readonly _stdout?: Sink;
  readonly _wire?: Sinks;
}

/**
 * The stream to which a stdio transport writes a message, and nothing else, while `send` runs. HTTP transports write later or
 * add framing, so the size is unknown there.
 */
export function sinkOf(transport: object): Sink | undefined {
  const { _stdout, _wire } = transport as Sinks;
  return _stdout ?? _wire?._stdout;
}

interface Ends {
  /** The input of a stdio transport. The one of SDK v1 does not notice its end. */
  readonly _stdin?: Input;
  /** The response that is the stream of an SSE transport. */
  readonly res?: { readonly destroyed?: unknown; readonly closed?: unknown };
}

interface Input {
  readonly readableEnded?: unknown;
  readonly destroyed?: unknown;
  once?(event: 'end', listener: () => void): unknown;
}

/** Whether the client already disconnected before the transport starts. */
export function isOver(transport: object): boolean {
  const { _stdin, res } = transport as Ends;
  const ended = _stdin?.readableEnded === true || _stdin?.destroyed === true;
  return ended || res?.destroyed === true || res?.closed === true;
}

export function whenInputEnds(transport: object, listener: () => void): void {
  (transport as Ends)._stdin?.once?.('end', listener);
}
