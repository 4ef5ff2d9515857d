import { Connection } from '../../mcp/connection.js';
import type { ConnectionContext } from '../../mcp/context.js';
import type { ServerInfo } from '../../mcp/server.js';
import type { TransportKind } from '../../mcp/transport-kind.js';
import type { Ending } from '../../protocol/outcome.js';
import { Observer, type Time } from '../observer.js';
import { HeldBytes } from './budget.js';
import { Endpoints } from './endpoints.js';
import { Resumption } from './resumption.js';

/** Servers that name sessions without end, and clients that invent them, get no further. */
const MAX_SESSIONS = 10_000;

/** A session that has no name yet is none of a server that keeps no sessions, which have an undefined one. */
const UNNAMED = '';

/**
 * How long a connection lasts: as long as its exchange, of a server that keeps no sessions; the same unless the
 * server's answer shows that there is such a session; or until either side ends it.
 */
type Standing = 'alone' | 'claimed' | 'kept';

/** What a connection asks of its transport, for one that is somewhere else. */
class RemoteTransport {
  /** Counted under the name that the SDKs' transports use, so that idle sessions are found alike. */
  readonly _streamMapping = { size: 0 };

  constructor(public sessionId: string | undefined) {}
}

/** A session of Streamable HTTP, a stream of HTTP+SSE, or one exchange of a server that keeps no sessions. */
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

  /** @param resumes whether its client comes back for what it missed */
  exchangeOpened(resumes: boolean): void {
    this.remote._streamMapping.size++;
    if (resumes) this.resumption.opened();
  }

  exchangeEnded(resumes: boolean): void {
    this.remote._streamMapping.size--;
    if (resumes) this.resumption.ended();
    if (this.remote._streamMapping.size === 0 && this.standing !== 'kept') this.closed();
  }

  /** The server has not turned its client away. */
  accepted(): void {
    this.presence.accepted();
  }

  becomes(standing: Standing, id: string | undefined): void {
    this.standing = standing;
    this.remote.sessionId = id;
  }

  /** A stream that is open for what the server may announce is a connection, though no request is in flight on it. */
  override closed(at?: number, ending?: Ending): void {
    if (this.standing === 'alone' && this.observer.subscriptions.size > 0) return;
    this.resumption.close();
    this.observer.subscriptions.allEnded();
    super.closed(at, ending);
    this.onClosed(this);
  }
}

/** The connections that outlive an exchange: by session id, and by the path that a client of HTTP+SSE posts to. */
export class HttpConnections {
  readonly endpoints = new Endpoints();
  readonly budget = new HeldBytes();
  private readonly kept = new Map<string, HttpConnection>();
  /** No more than there are exchanges under way. */
  private readonly claimed = new Map<string, HttpConnection>();

  /** @param onIntroduced called with what a server says of itself */
  constructor(
    readonly context: ConnectionContext,
    private readonly onIntroduced: (server: ServerInfo) => void = () => {},
    readonly time: Time = performance,
  ) {}

  /** The connection of a session; one that is not known began before we did, or was invented. */
  session(id: string): HttpConnection {
    return this.kept.get(id) ?? this.claimed.get(id) ?? this.claim(id);
  }

  /** One exchange; it becomes a session when the answer says so. */
  exchange(mayBecomeSession: boolean): HttpConnection {
    return mayBecomeSession
      ? this.create(UNNAMED, 'streamable_http', 'claimed')
      : this.create(undefined, 'streamable_http', 'alone');
  }

  endpoint(path: string): HttpConnection | undefined {
    return this.kept.get(path);
  }

  /** A stream of HTTP+SSE has told where its client has to post. */
  stream(path: string): HttpConnection {
    const connection = this.create(path, 'sse', 'alone');
    connection.accepted();
    connection.observer.attempt(() => connection.started());
    this.keep(connection, path);
    return connection;
  }

  /** The server has agreed that there is such a session. */
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
