import type { IncomingMessage } from 'node:http';

/** The parts of an HTTP request that are read: never a token, and never the body. */
export interface RequestHead {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The HTTP server of Node that received the request; undefined for other servers. */
  readonly server: object | undefined;
  readonly socket: IncomingMessage['socket'] | undefined;
  readonly httpVersion: string | undefined;
  header(name: string): string | undefined;
}

export class NodeRequestHead implements RequestHead {
  constructor(
    private readonly request: IncomingMessage,
    readonly path: string,
  ) {}

  get method(): string {
    return this.request.method ?? '';
  }

  get socket(): IncomingMessage['socket'] {
    return this.request.socket;
  }

  get httpVersion(): string {
    return this.request.httpVersion;
  }

  get server(): object | undefined {
    return (this.request.socket as { readonly server?: object } | null)?.server;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : undefined;
  }
}

export class WebRequestHead implements RequestHead {
  readonly server = undefined;
  readonly socket = undefined;
  readonly httpVersion = undefined;
  readonly path: string;

  constructor(private readonly request: Request) {
    this.path = pathOfUrl(request.url);
  }

  get method(): string {
    return this.request.method;
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined;
  }
}

/** Returns the path of a request target (the second word of an HTTP request). */
export function pathOfTarget(target = '/'): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

/** Does not parse the URL, since the URL of a `Request` is always valid. */
function pathOfUrl(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  return start === -1 ? '/' : pathOfTarget(url.slice(start));
}

const TELLING = ['mcp-method', 'mcp-name', 'mcp-session-id', 'mcp-protocol-version', 'user-agent'];

/** Whether two heads may belong to one request, of which a framework made a second object. */
export function isAlike(one: RequestHead, other: RequestHead): boolean {
  return one.method === other.method && TELLING.every((name) => one.header(name) === other.header(name));
}
