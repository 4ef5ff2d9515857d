import { Capacity } from '../http/capacity.js';
import type { HiddenSessions } from '../http/hidden.js';
import type { BodyKind, ExchangeListener, ExchangeReason } from '../http/listener.js';
import type { RequestHead } from '../http/request-head.js';
import type { SubscriptionKind } from '../http/subscription.js';
import { ExchangePool } from '../mcp/exchange.js';
import { type Peer, type SocketAddress, socketAddress } from '../mcp/peer.js';
import type { HttpRecorder } from '../metrics/http.js';
import type { Recorder } from '../metrics/recorder.js';
import type { MessageExtra } from '../protocol/message.js';
import { OTHER } from '../protocol/methods.js';
import type { Ending } from '../protocol/outcome.js';
import type { Follower } from './follower.js';

/** Told about requests that were refused before they reached a server. */
interface RefusalAudit {
  refused(request: RequestHead, peer: Peer, ending: Ending): void;
}

const pool = new ExchangePool();

/** Reports to metrics, spans and logs what happens in HTTP and no transport sees. */
export class HttpReport implements ExchangeListener {
  private readonly http: HttpRecorder;
  readonly capacity = new Capacity(this);

  constructor(
    private readonly recorder: Recorder,
    readonly sessions: HiddenSessions,
    private readonly follower: () => Follower | undefined,
    private readonly audit?: RefusalAudit,
  ) {
    this.http = recorder.http;
  }

  firstByte(method: string, seconds: number): void {
    this.http.firstByte(method, seconds);
  }

  written(kind: BodyKind, bytes: number): void {
    this.http.written(kind, bytes);
  }

  exchangeEnded(method: string, status: number | undefined, reason: ExchangeReason): void {
    this.http.exchangeEnded(method, status, reason);
  }

  requestEnded(request: RequestHead, startedAt: number, ending: Ending, now: number): void {
    const { recorder } = this;
    const follower = this.follower();
    const series = recorder.method(request.header('mcp-method') ?? OTHER);
    const exchange = pool.take(0, series, startedAt);
    if (series.named) exchange.name = request.header('mcp-name') ?? '';
    const peer = new Stranger(request.header('mcp-protocol-version'), socketAddress(request));
    recorder.requestStarted(series);
    follower?.requestStarted(exchange, {}, extraOf(request), peer);
    const { name } = recorder.requestEnded(exchange, ending, now, peer);
    follower?.requestEnded(exchange, name, now, peer, ending, {});
    this.audit?.refused(request, peer, ending);
    pool.give(exchange);
  }

  subscriptionsLimit(more: number): void {
    this.http.subscriptionsLimit(more);
  }

  subscriptionOpened(kind: SubscriptionKind): void {
    this.http.subscriptionOpened(kind);
  }

  subscriptionNotified(kind: SubscriptionKind, isFirst: boolean): void {
    this.http.subscriptionNotified(kind, isFirst);
  }

  subscriptionClosed(kind: SubscriptionKind, isSilent: boolean, seconds: number): void {
    this.http.subscriptionClosed(kind, isSilent, seconds);
  }

  streamConnected(version: string | undefined): void {
    this.recorder.connectionOpened('streamable_http');
    this.recorder.connectionIdentified('streamable_http', version, undefined);
  }

  streamGone(version: string | undefined, seconds: number): void {
    this.recorder.connectionClosed('streamable_http', version, seconds);
  }

  notificationSent(method: string): void {
    this.recorder.notification('sent', method);
  }

  failed(): void {
    this.recorder.dropped('internal_error');
  }
}

/** The client of a request that reached no server. Only the head of the request is known. */
class Stranger implements Peer {
  readonly number = 0;
  readonly kind = 'streamable_http';
  readonly sessionId = undefined;
  readonly client = undefined;
  readonly server = undefined;

  constructor(
    readonly protocolVersion: string | undefined,
    readonly address: SocketAddress | undefined,
  ) {}
}

function extraOf(request: RequestHead): MessageExtra {
  return { request: { headers: { get: (name) => request.header(name) ?? null } } };
}
