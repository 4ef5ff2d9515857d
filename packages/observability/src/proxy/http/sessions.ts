import { Connection, type ConnectionContext } from '../../mcp/connection.js';
import type { TransportKind } from '../../mcp/transport-kind.js';
import { Observer } from '../observer.js';

/** Whoever invents session ids without end gets no further. */
const MAX_SESSIONS = 10_000;

/** What a connection asks of its transport, for one that is somewhere else. */
class RemoteTransport {
  /** Counted under the name that the SDKs' transports use, so that idle sessions are found alike. */
  readonly _streamMapping = { size: 0 };

  constructor(public sessionId: string | undefined) {}
}

/** A session of Streamable HTTP, a stream of HTTP+SSE, or one exchange of a server that keeps no sessions. */
export class HttpConnection extends Connection {
  readonly observer: Observer;

  constructor(
    context: ConnectionContext,
    readonly remote: RemoteTransport,
    kind: TransportKind,
    private readonly onClosed: (connection: HttpConnection) => void,
  ) {
    super(context, remote, kind, undefined);
    this.observer = new Observer(context, this);
  }

  exchangeOpened(): void {
    this.remote._streamMapping.size++;
  }

  exchangeEnded(): void {
    this.remote._streamMapping.size--;
  }

  override closed(at?: number): void {
    super.closed(at);
    this.onClosed(this);
  }
}

/** The connections that outlive an exchange: by session id, and by the path that a client of HTTP+SSE posts to. */
export class HttpConnections {
  private readonly known = new Map<string, HttpConnection>();

  constructor(readonly context: ConnectionContext) {}

  /** The connection of a session; one that is not known began before we did. */
  session(id: string): HttpConnection {
    return this.known.get(id) ?? this.keep(id, this.create(id, 'streamable_http'));
  }

  /** One exchange; it becomes a session when the answer says so. */
  exchange(mayBecomeSession: boolean): HttpConnection {
    return this.create(mayBecomeSession ? '' : undefined, 'streamable_http');
  }

  /** The server has told which session an exchange has begun, or that it is none. */
  named(connection: HttpConnection, id: string | undefined): void {
    connection.remote.sessionId = id;
    if (id !== undefined) this.keep(id, connection);
  }

  endpoint(path: string): HttpConnection | undefined {
    return this.known.get(path);
  }

  /** A stream of HTTP+SSE has told where its client has to post. */
  stream(path: string): HttpConnection {
    const connection = this.create(path, 'sse');
    connection.observer.attempt(() => connection.started());
    return this.keep(path, connection);
  }

  private create(id: string | undefined, kind: TransportKind): HttpConnection {
    return new HttpConnection(this.context, new RemoteTransport(id), kind, ({ remote }) => {
      if (remote.sessionId) this.known.delete(remote.sessionId);
    });
  }

  private keep(id: string, connection: HttpConnection): HttpConnection {
    this.known.set(id, connection);
    if (this.known.size > MAX_SESSIONS) this.known.values().next().value?.closed();
    return connection;
  }
}
