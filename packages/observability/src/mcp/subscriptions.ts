import { type SubscriptionKind, subscriptionKind } from '../http/subscription.js';
import type { Message, RequestId } from '../protocol/message.js';
import { type Ending, endingOf } from '../protocol/outcome.js';

/** Told about subscription streams. */
export interface SubscriptionObserver {
  subscriptionOpened(kind: SubscriptionKind): void;
  subscriptionNotified(kind: SubscriptionKind, isFirst: boolean): void;
  subscriptionClosed(kind: SubscriptionKind, isSilent: boolean, seconds: number): void;
}

export const LISTEN = 'subscriptions/listen';

export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** In the `_meta` of the messages of a stream: the id of the request that opened it. */
export const META_ID = 'io.modelcontextprotocol/subscriptionId';

/** More streams than a server allows one client. */
const MAX_ASKED = 1_000;

/** The error text of SDK v2, in an answer with status 200, when too many streams are open. */
const LIMIT_TEXT = /limit reached/i;

/** The answer of servers without such streams. It is an ordinary answer. */
const METHOD_NOT_FOUND = -32601;

/** The server agreed. The request counts as answered, although its stream ends only when one side closes it. */
const OPENED: Ending = { outcome: 'ok', type: '', isRefused: true };

/** One open stream for announcements of a server. */
export class Subscription {
  private readonly openedAt = performance.now();
  private isSilent = true;

  constructor(
    private readonly recorder: SubscriptionObserver,
    private readonly kind: SubscriptionKind,
  ) {
    recorder.subscriptionOpened(kind);
  }

  carried(): void {
    this.recorder.subscriptionNotified(this.kind, this.isSilent);
    this.isSilent = false;
  }

  closed(): void {
    const seconds = (performance.now() - this.openedAt) / 1000;
    this.recorder.subscriptionClosed(this.kind, this.isSilent, seconds);
  }
}

/** The `subscriptions/listen` streams of one connection, by the ids of the requests that opened them. */
export class Subscriptions {
  private readonly asked = new Set<RequestId>();
  private readonly open = new Map<RequestId, Subscription>();

  constructor(private readonly recorder: SubscriptionObserver) {}

  get isIdle(): boolean {
    return this.asked.size === 0 && this.open.size === 0;
  }

  get size(): number {
    return this.open.size;
  }

  /** @param id the id as the client wrote it */
  isOpen(id: unknown): boolean {
    return this.open.has(id as RequestId);
  }

  requested(id: RequestId): void {
    if (this.asked.size < MAX_ASKED) this.asked.add(id);
  }

  /** The server sends a notification. @returns the request that it answers, if it opens a stream */
  announced({ method, params }: Message): { id: RequestId; ending: Ending } | undefined {
    const id = params?._meta?.[META_ID] as RequestId | undefined;
    if (method !== ACKNOWLEDGED) {
      this.of(id)?.carried();
      return undefined;
    }
    const request = id !== undefined && this.asked.has(id) ? id : onlyOf(this.asked);
    if (request === undefined) return undefined;
    this.asked.delete(request);
    const { notifications } = (params ?? {}) as { notifications?: unknown };
    this.open.set(request, new Subscription(this.recorder, subscriptionKind(notifications)));
    return { id: request, ending: OPENED };
  }

  /** The server answers a request. @returns how that ended, if it was to open a stream and did not */
  answered(id: RequestId, answer: Message): Ending | undefined {
    const isRefused =
      this.asked.has(id) && answer.error !== undefined && answer.error.code !== METHOD_NOT_FOUND;
    this.ended(id);
    return isRefused ? refusedInBand(answer) : undefined;
  }

  /** One side closed a stream or its connection. */
  ended(id: RequestId): void {
    this.asked.delete(id);
    this.open.get(id)?.closed();
    this.open.delete(id);
  }

  allEnded(): void {
    for (const id of [...this.open.keys(), ...this.asked]) this.ended(id);
  }

  /** Long messages are not read up to the id. If only one stream is open, it must be that one. */
  private of(id: RequestId | undefined): Subscription | undefined {
    if (id !== undefined) return this.open.get(id);
    return this.open.size === 1 ? this.open.values().next().value : undefined;
  }
}

/** Whether the answer to a `subscriptions/listen` means that too many streams are open. */
export function saysLimit({ error }: Message): boolean {
  return typeof error?.message === 'string' && LIMIT_TEXT.test(error.message);
}

function refusedInBand(answer: Message): Ending {
  const { outcome, type } = endingOf(answer);
  return { outcome, type: saysLimit(answer) ? 'limit' : type, isRefused: true };
}

function onlyOf(ids: ReadonlySet<RequestId>): RequestId | undefined {
  return ids.size === 1 ? ids.values().next().value : undefined;
}
