import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Bodies up to here wait until they can take their trace context along. */
const HELD_BYTES = 1 << 20;

/** Only these are for a session; what else names one is refused, whatever it is. */
const OF_SESSIONS: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE']);

/** The first protocol that has none. */
const WITHOUT_SESSIONS = '2026-07-28';

/** Clients send these headers to nothing but MCP. */
const OF_PROTOCOL = ['mcp-session-id', 'mcp-protocol-version', 'mcp-method'];

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';

export type Asking = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** What the head of a request tells. */
export class RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The session that the client says it has. */
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

  /** The transport's clients have to take an answer in JSON and one in a stream. */
  private get takesBoth(): boolean {
    const { accept = '' } = this.headers;
    return this.method === 'POST' && accept.includes(JSON_TYPE) && accept.includes(STREAM_TYPE);
  }

  /** The method of the message that it carries, as far as the client tells. */
  get mcpMethod(): string | undefined {
    const { 'mcp-method': method } = this.headers;
    return typeof method === 'string' ? method : undefined;
  }

  /** Whether its client comes back for what it missed of a stream. */
  get isResuming(): boolean {
    return this.method === 'GET' && this.headers['last-event-id'] !== undefined;
  }

  /** Of the body, in bytes, where the client says so. */
  get length(): number {
    return Number(this.headers['content-length'] ?? Number.NaN);
  }

  /** Whether its body is so short, and so plain, that it can wait until it has been read. */
  get mayBeHeld(): boolean {
    const { method, headers, length } = this;
    const isPlain = headers.expect === undefined && headers['content-encoding'] === undefined;
    return method === 'POST' && isPlain && length <= HELD_BYTES;
  }
}
