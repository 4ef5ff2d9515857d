import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type Answering = Pick<IncomingMessage, 'statusCode' | 'headers'>;

/** The status and headers of an answer. */
export class AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly contentType: string;
  readonly isStream: boolean;
  readonly isJson: boolean;

  constructor({ statusCode = 0, headers }: Answering) {
    this.status = statusCode;
    this.headers = headers;
    this.contentType = headers['content-type'] ?? '';
    this.isStream = /^text\/event-stream\b/i.test(this.contentType);
    this.isJson = /^application\/json\b/i.test(this.contentType);
  }

  /** The session id that the server sent. */
  get session(): string | undefined {
    const { 'mcp-session-id': session } = this.headers;
    return typeof session === 'string' && session !== '' ? session : undefined;
  }

  get agrees(): boolean {
    return this.status < 300;
  }

  get opensStream(): boolean {
    return this.agrees && this.isStream;
  }

  get refuses(): boolean {
    return this.status >= 400;
  }

  /** Whether an MCP server answers messages like this. */
  get isMessage(): boolean {
    return this.isStream || this.isJson || this.status === 202;
  }
}
