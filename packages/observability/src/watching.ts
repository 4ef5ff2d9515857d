import type { Logger } from 'pino';
import type { Audit } from './audit/audit.js';
import { logWarning } from './codes/tell.js';
import { unexpected } from './expect.js';
import type { Following } from './follow/following.js';
import { HttpReport } from './follow/http-report.js';
import { startAfter } from './follow/start-after.js';
import { found } from './found.js';
import { type HandlerOptions, maxSubscriptionsOf } from './handler-options.js';
import { Endpoint } from './http/endpoint.js';
import { isMcpHandler, type McpHandler, markHandler } from './http/handler.js';
import type { ConnectionContext } from './mcp/context.js';
import { ExchangedSessions } from './mcp/exchanged-sessions.js';
import { ToolFingerprint } from './mcp/fingerprint.js';
import type { Unwatchable } from './mcp/intercept.js';
import { LongCallReport } from './mcp/long-call-report.js';
import { LongCalls } from './mcp/long-calls.js';
import { isConnectable, type ServerInfo, serverInfo, watchServer } from './mcp/server.js';
import { IdleSessions } from './mcp/sessions.js';
import { watchTransport } from './mcp/transport.js';
import { type Transport, type TransportKind, transportKind } from './mcp/transport-kind.js';
import type { Families } from './metrics/families.js';
import type { Recorder } from './metrics/recorder.js';
import type { Config } from './options.js';
import type { Served } from './served.js';

/** A server that has yet to connect. */
const UNKNOWN: ServerInfo = { name: undefined, version: undefined, sdk: '' };

/** The callbacks and recorders of the watching. */
interface Listeners {
  readonly recorder: Recorder;
  readonly families: Families;
  readonly following: Following;
  /** Undefined without an audit log. */
  readonly audit: Audit | undefined;
  readonly served: Served;
  readonly log: Logger;
  /** Called when there is a server that clients reach over HTTP. */
  readonly onHttp: () => void;
  readonly onClosed: (kind: TransportKind) => void;
}

/** Watches the servers of the process: their transports, their handlers, and the HTTP exchanges around them. */
export class Watching {
  readonly connections: ConnectionContext;
  private readonly endpoint: Endpoint;
  /** Warns about a transport that can't be watched. */
  private hasWarned = false;

  constructor(
    { connections, http }: Pick<Config, 'connections' | 'http'>,
    private readonly listeners: Listeners,
  ) {
    const { recorder, families, following, audit, onClosed } = listeners;
    const sessions = new IdleSessions(connections.idleTimeoutMs);
    const exchanged = new ExchangedSessions(recorder, sessions);
    const report = new HttpReport(recorder, exchanged, () => following.follower, audit);
    this.endpoint = new Endpoint(report, http.paths);
    this.connections = {
      recorder,
      endpoint: this.endpoint,
      sessions,
      exchanged,
      fingerprint: new ToolFingerprint(families, () => recorder.dropped('internal_error')),
      longCalls: new LongCalls(new LongCallReport(recorder, () => following.follower)),
      audit,
      get follower() {
        return following.follower;
      },
      onUnwatchable: (reason) => this.unwatchable(reason),
      onClosed,
    };
  }

  /** Starts to watch HTTP exchanges, including those that are rejected before there is a server. */
  open(): void {
    this.endpoint.open();
  }

  /** A server is about to connect. The first one gives telemetry its name. */
  connecting(info: ServerInfo): void {
    const { served, following } = this.listeners;
    served.connecting(info);
    following.connecting(() => served.info ?? info);
  }

  /** Decides how requests are traced before the first of them comes, so that what is around it is traced too. */
  expecting(): void {
    const { served, following } = this.listeners;
    following.connecting(() => served.info ?? UNKNOWN);
  }

  /**
   * Watches a server, or what creates servers.
   *
   * @throws TypeError if it is neither
   */
  observe(server: object, options: HandlerOptions | undefined): void {
    const maxSubscriptions = maxSubscriptionsOf(options);
    if (isMcpHandler(server)) this.attachHandler(server, maxSubscriptions);
    else if (!isConnectable(server))
      throw unexpected(
        'server',
        'an MCP server with a connect method, or what createMcpHandler returns',
        server,
      );
    else if (watchServer(server, (transport) => this.attach(server, transport))) this.tellOf(server);
  }

  /** Watches a transport before a server connects to it. Never throws. */
  attach(server: object, transport: Transport): void {
    found.any = true;
    this.attempt(() => {
      const { recorder, following, onHttp } = this.listeners;
      const info = serverInfo(server);
      this.connecting(info);
      if (following.ready) startAfter(following.ready, transport);
      const isOurs = watchTransport(transport, this.connections, server);
      recorder.serverSeen(info);
      if (isOurs && transportKind(transport) !== 'stdio') onHttp();
    });
  }

  /**
   * Watches a handler from now on. Never throws.
   *
   * @param maxSubscriptions as in its options; undefined if they are unknown
   */
  attachHandler(handler: McpHandler, maxSubscriptions?: number): void {
    found.any = true;
    this.attempt(() => {
      if (markHandler(handler)) this.endpoint.watchHandler(handler, maxSubscriptions);
      this.listeners.onHttp();
    });
  }

  /** Reports a server before it has a client, so that `pmcp_build_info` exists from the start. Never throws. */
  tellOf(server: object): void {
    this.attempt(() => this.listeners.recorder.serverSeen(serverInfo(server)));
  }

  /** Closes subscription streams as the protocol says. Never rejects. */
  leave(): Promise<void> {
    return this.endpoint.leave();
  }

  /** Stops watching anything new. */
  close(): void {
    this.endpoint.close();
    this.connections.longCalls.close();
  }

  /** Releases everything that would otherwise live as long as the process. */
  release(): void {
    this.connections.sessions.close();
    this.connections.exchanged?.close();
  }

  /** Warns that the messages of a transport are in no signal. Only once, since there may be one transport for each request. */
  private unwatchable({ target, message }: Unwatchable): void {
    const { recorder, log } = this.listeners;
    recorder.dropped('unwatched_transport');
    if (this.hasWarned) return;
    this.hasWarned = true;
    logWarning(
      log,
      'PMCP_W_TRANSPORT_UNWATCHED',
      `a transport of class ${classOf(target)} is not watched, and its requests are in no metric, trace or log line: ${message}. ` +
        'Let the properties of the transport be replaced (do not freeze or seal it), or put "pmcp-observability proxy" before the server',
    );
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.listeners.recorder.dropped('internal_error');
    }
  }
}

function classOf(target: object): string {
  const { name } = (target.constructor ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : 'unknown';
}
