import { Connection } from '../../mcp/connection.js';
import type { ConnectionContext } from '../../mcp/context.js';
import type { ServerInfo } from '../../mcp/server.js';
import type { TransportKind } from '../../mcp/transport-kind.js';
import type { Ending } from '../../protocol/outcome.js';
import { Observer, type Time } from '../observer.js';
import { HeldBytes } from './budget.js';
import { Endpoints } from './endpoints.js';
import { Resumption } from './resumption.js';

/** Bounds the memory for servers that name sessions without end, and for clients that invent them. */
const MAX_SESSIONS = 10_000;

/** The id of a session that has none yet. On a server without sessions, the id is undefined. */
const UNNAMED = '';

/**
 * How long a connection lasts. `alone`: as long as its exchange, on a server without sessions. `claimed`: the
 * same, unless the server's answer shows that the session exists. `kept`: until either side ends it.
 */
type Standing = 'alone' | 'claimed' | 'kept';

/** What a connection needs from its transport, for a transport that runs elsewhere. */
class RemoteTransport {
  /** Has the name that the SDKs' transports use, so that idle sessions are found in the same way. */
  readonly _streamMapping = { size: 0 };

  constructor(public sessionId: string | undefined) {}
}

/** A session of Streamable HTTP, a stream of HTTP+SSE, or one exchange with a server without sessions. */
export class HttpConnection extends Connection {
  readonly observer: Observer;
  readonly resumption: Resumption;

  constructor(
    context: ConnectionContext,
    private readonly remote: RemoteTransport,
    kind: TransportKind,
    public standing: Standing,
    private readonly onClosed: (connection: HttpConnection) => void,
    onIntroduced: (server: ServerInfo) => void,
    time: Time,
  ) {
    super(context, remote, kind, undefined);
    this.presence.doubted();
    this.observer = new Observer(context, this, onIntroduced, time);
    this.resumption = new Resumption((id) => this.observer.attempt(() => this.abandoned(id)));
  }

  /** @param resumes whether its client resumes a stream */
  exchangeOpened(resumes: boolean): void {
    this.remote._streamMapping.size++;
    if (resumes) this.resumption.opened();
  }

  exchangeEnded(resumes: boolean): void {
    this.remote._streamMapping.size--;
    if (resumes) this.resumption.ended();
    if (this.remote._streamMapping.size === 0 && this.standing !== 'kept') this.closed();
  }

  /** The server did not reject the client. */
  accepted(): void {
    this.presence.accepted();
  }

  becomes(standing: Standing, id: string | undefined): void {
    this.standing = standing;
    this.remote.sessionId = id;
  }

  /** A stream for announcements of the server is a connection, even if no request is in flight on it. */
  override closed(at?: number, ending?: Ending): void {
    if (this.standing === 'alone' && this.observer.subscriptions.size > 0) return;
    this.resumption.close();
    this.observer.subscriptions.allEnded();
    super.closed(at, ending);
    this.onClosed(this);
  }
}

/** The connections that outlive an exchange, by session id or by the path for the POSTs of HTTP+SSE. */
export class HttpConnections {
  readonly endpoints = new Endpoints();
  readonly budget = new HeldBytes();
  private readonly kept = new Map<string, HttpConnection>();
  /** At most as many as there are open exchanges. */
  private readonly claimed = new Map<string, HttpConnection>();

  /** @param onIntroduced called with the name and version that a server reports */
  constructor(
    readonly context: ConnectionContext,
    private readonly onIntroduced: (server: ServerInfo) => void = () => {},
    readonly time: Time = performance,
  ) {}

  /** Returns the connection of a session. An unknown one began before the proxy did, or was invented. */
  session(id: string): HttpConnection {
    return this.kept.get(id) ?? this.claimed.get(id) ?? this.claim(id);
  }

  /** Creates the connection of one exchange. It becomes a session if the answer says so. */
  exchange(mayBecomeSession: boolean): HttpConnection {
    return mayBecomeSession
      ? this.create(UNNAMED, 'streamable_http', 'claimed')
      : this.create(undefined, 'streamable_http', 'alone');
  }

  endpoint(path: string): HttpConnection | undefined {
    return this.kept.get(path);
  }

  /** An HTTP+SSE stream named the path to which its client has to post. */
  stream(path: string): HttpConnection {
    const connection = this.create(path, 'sse', 'alone');
    connection.accepted();
    connection.observer.attempt(() => connection.started());
    this.keep(connection, path);
    return connection;
  }

  /** The server confirmed that the session exists. */
  keep(connection: HttpConnection, id: string): void {
    this.forget(connection);
    connection.becomes('kept', id);
    this.kept.set(id, connection);
    if (this.kept.size > MAX_SESSIONS) this.kept.values().next().value?.closed();
  }

  private claim(id: string): HttpConnection {
    const connection = this.create(id, 'streamable_http', 'claimed');
    this.claimed.set(id, connection);
    return connection;
  }

  private create(id: string | undefined, kind: TransportKind, standing: Standing): HttpConnection {
    const { context, forget, onIntroduced, time } = this;
    return new HttpConnection(context, new RemoteTransport(id), kind, standing, forget, onIntroduced, time);
  }

  private readonly forget = (connection: HttpConnection): void => {
    const { sessionId } = connection;
    if (!sessionId) return;
    const connections = connection.standing === 'kept' ? this.kept : this.claimed;
    if (connections.get(sessionId) === connection) connections.delete(sessionId);
  };
}
