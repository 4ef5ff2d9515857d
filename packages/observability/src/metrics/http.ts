import type { BodyKind, ExchangeReason } from '../http/listener.js';
import type { SubscriptionKind } from '../http/subscription.js';
import type { Families } from './families.js';

/** The HTTP methods of an MCP endpoint. Others are `_other`. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']);

/** The statuses of SDKs, gateways and this toolkit's proxy. Others are shown as their class, such as `4xx`. */
const STATUSES: ReadonlySet<number> = new Set([
  200, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 421, 429, 431, 499, 500, 501, 502,
  503, 504,
]);

/** Converts what happens at the HTTP endpoint to metrics, and bounds the label values. */
export class HttpRecorder {
  /** Slots of accepted requests, which are most requests. */
  private readonly usual: number;
  private readonly post: number;
  private readonly bytes: Readonly<Record<BodyKind, number>>;

  constructor(private readonly families: Families) {
    const { httpExchanges, httpFirstByte, httpResponseBytes } = families;
    this.usual = httpExchanges.slot('POST', '200', '');
    this.post = httpFirstByte.slot('POST');
    const bytes = (kind: BodyKind) => httpResponseBytes.slot(kind);
    this.bytes = { json: bytes('json'), stream: bytes('stream'), other: bytes('other') };
  }

  /**
   * An exchange ended.
   *
   * @param status undefined if no head was sent
   */
  exchangeEnded(method: string, status: number | undefined, reason: ExchangeReason): void {
    const { httpExchanges } = this.families;
    const isUsual = method === 'POST' && status === 200 && reason === '';
    const slot = isUsual ? this.usual : httpExchanges.slot(methodLabel(method), statusLabel(status), reason);
    httpExchanges.add(slot, 1);
  }

  /** A connection was closed before it brought a request, since too many were open. */
  connectionRefused(): void {
    const { httpExchanges } = this.families;
    httpExchanges.add(httpExchanges.slot('_other', '', 'connections_limit'), 1);
  }

  firstByte(method: string, seconds: number): void {
    const { httpFirstByte } = this.families;
    const slot = method === 'POST' ? this.post : httpFirstByte.slot(methodLabel(method));
    httpFirstByte.observe(slot, seconds);
  }

  written(kind: BodyKind, bytes: number): void {
    this.families.httpResponseBytes.add(this.bytes[kind], bytes);
  }

  /** The limit on open streams changed. */
  subscriptionsLimit(more: number): void {
    const { subscriptionsLimit } = this.families;
    subscriptionsLimit.add(subscriptionsLimit.slot(), more);
  }

  subscriptionOpened(kind: SubscriptionKind): void {
    const { activeSubscriptions, silentSubscriptions } = this.families;
    activeSubscriptions.add(activeSubscriptions.slot(kind), 1);
    silentSubscriptions.add(silentSubscriptions.slot(kind), 1);
  }

  /** @param isFirst whether it is the first message of the stream */
  subscriptionNotified(kind: SubscriptionKind, isFirst: boolean): void {
    const { silentSubscriptions, subscriptionNotifications } = this.families;
    if (isFirst) silentSubscriptions.add(silentSubscriptions.slot(kind), -1);
    subscriptionNotifications.add(subscriptionNotifications.slot(kind), 1);
  }

  /** @param isSilent whether the stream carried no message */
  subscriptionClosed(kind: SubscriptionKind, isSilent: boolean, seconds: number): void {
    const { activeSubscriptions, silentSubscriptions, subscriptionDuration } = this.families;
    activeSubscriptions.add(activeSubscriptions.slot(kind), -1);
    if (isSilent) silentSubscriptions.add(silentSubscriptions.slot(kind), -1);
    subscriptionDuration.observe(subscriptionDuration.slot(kind), seconds);
  }
}

function methodLabel(method: string): string {
  return METHODS.has(method) ? method : '_other';
}

function statusLabel(status: number | undefined): string {
  if (status === undefined) return '';
  if (STATUSES.has(status)) return String(status);
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : '_other';
}
