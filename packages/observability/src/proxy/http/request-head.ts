import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Bodies up to this size may wait until they have been read. */
const HELD_BYTES = 1 << 20;

/** Only requests with these methods belong to a session. Others are refused even if they name one. */
const OF_SESSIONS: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE']);

/** The first protocol version without sessions. */
const WITHOUT_SESSIONS = '2026-07-28';

/** Headers that clients send only to MCP servers. */
const OF_PROTOCOL = ['mcp-session-id', 'mcp-protocol-version', 'mcp-method'];

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';

export type Asking = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** The method, URL and headers of a request. */
export class RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The session id that the client sent. */
  readonly session: string | undefined;

  constructor({ method = '', url = '', headers }: Asking) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    const { 'mcp-session-id': session } = headers;
    const { 'mcp-protocol-version': version } = headers;
    const isOfOne = OF_SESSIONS.has(method) && !(typeof version === 'string' && version >= WITHOUT_SESSIONS);
    this.session = typeof session === 'string' && session !== '' && isOfOne ? session : undefined;
  }

  get namesProtocol(): boolean {
    return OF_PROTOCOL.some((name) => this.headers[name] !== undefined) || this.takesBoth;
  }

  /** Whether the client accepts both JSON and a stream, as clients of the transport must. */
  private get takesBoth(): boolean {
    const { accept = '' } = this.headers;
    return this.method === 'POST' && accept.includes(JSON_TYPE) && accept.includes(STREAM_TYPE);
  }

  /** The method of the message in the body, if the client names it in a header. */
  get mcpMethod(): string | undefined {
    const { 'mcp-method': method } = this.headers;
    return typeof method === 'string' ? method : undefined;
  }

  /** Whether its client resumes a stream to get the events that it missed. */
  get isResuming(): boolean {
    return this.method === 'GET' && this.headers['last-event-id'] !== undefined;
  }

  /** The length of the body in bytes; NaN if the client does not send it. */
  get length(): number {
    return Number(this.headers['content-length'] ?? Number.NaN);
  }

  /** Whether its body is short and plain, and can therefore wait until it has been read. */
  get mayBeHeld(): boolean {
    const { method, headers, length } = this;
    const isPlain = headers.expect === undefined && headers['content-encoding'] === undefined;
    return method === 'POST' && isPlain && length <= HELD_BYTES;
  }
}
