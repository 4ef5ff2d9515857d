import { type BodyReader, type Chunk, textOf } from './body.js';
import { messagesIn, notificationMethod } from './frames.js';
import type { ExchangeListener } from './listener.js';
import { type SubscriptionKind, subscriptionKind } from './subscription.js';

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** The GET stream of a session. It is open from its head on, and a transport saw its messages. */
export class SessionStream implements BodyReader {
  private readonly openedAt = performance.now();
  private isSilent = true;

  constructor(private readonly listener: ExchangeListener) {
    listener.subscriptionOpened('session');
  }

  read(chunk: Chunk): void {
    for (const json of messagesIn(textOf(chunk))) {
      if (notificationMethod(json) === undefined) continue;
      this.listener.subscriptionNotified('session', this.isSilent);
      this.isSilent = false;
    }
  }

  ended(): void {
    const seconds = (performance.now() - this.openedAt) / 1000;
    this.listener.subscriptionClosed('session', this.isSilent, seconds);
  }
}

/** The answer to `subscriptions/listen`. It is open once it confirms the subscription. No transport sees its messages. */
export class ListenStream implements BodyReader {
  private kind: SubscriptionKind | undefined;
  private openedAt = 0;
  private isSilent = true;

  constructor(
    private readonly listener: ExchangeListener,
    private readonly version: string | undefined,
    private readonly onOpen: () => void,
    private readonly onEnd: () => void,
  ) {}

  read(chunk: Chunk): void {
    for (const json of messagesIn(textOf(chunk))) {
      const method = notificationMethod(json);
      if (method !== undefined) this.carried(method, json);
    }
  }

  ended(): void {
    const { kind, listener } = this;
    if (kind === undefined) return;
    const seconds = (performance.now() - this.openedAt) / 1000;
    this.onEnd();
    listener.subscriptionClosed(kind, this.isSilent, seconds);
    listener.streamGone(this.version, seconds);
  }

  private carried(method: string, json: string): void {
    const { kind, listener } = this;
    listener.notificationSent(method);
    if (kind !== undefined) {
      listener.subscriptionNotified(kind, this.isSilent);
      this.isSilent = false;
    } else if (method === ACKNOWLEDGED) this.opened(json);
  }

  private opened(json: string): void {
    const { listener } = this;
    this.kind = subscriptionKind(filterOf(json));
    this.openedAt = performance.now();
    listener.subscriptionOpened(this.kind);
    listener.streamConnected(this.version);
    this.onOpen();
  }
}

/** The announcements that a server agreed to send. */
function filterOf(json: string): unknown {
  try {
    return (JSON.parse(json) as { params?: { notifications?: unknown } }).params?.notifications;
  } catch {
    return undefined;
  }
}
