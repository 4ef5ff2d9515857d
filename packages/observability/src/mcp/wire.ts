import type { Message, RequestId } from '../protocol/message.js';
import { OTHER } from '../protocol/methods.js';
import type { Connection } from './connection.js';
import { ACKNOWLEDGED, LISTEN, META_ID, type Subscriptions, saysLimit } from './subscriptions.js';

/** The object that `serveStdio` of SDK v2 puts between a server and its hidden transport. */
export interface Channel {
  readonly _wire?: Wire;
  deliver?(message: Message, ...rest: unknown[]): void;
  send(message: unknown, ...rest: unknown[]): Promise<void>;
}

interface Wire {
  send?(message: Message, ...rest: unknown[]): unknown;
  onmessage?: ((message: Message, ...rest: unknown[]) => void) | undefined;
  onclose?: (() => void) | undefined;
}

/** Runs code that only observes. Its errors are counted, and never reach the server. */
type Attempt = (observe: () => void) => void;

const ANSWERED_BY_ENTRY: ReadonlySet<unknown> = new Set([LISTEN, 'initialize']);
/** Requests that have no answer, and that reached no server. */
const MAX_UNCLAIMED = 1_000;

/** By wire, since a server that only probed the client's protocol may be replaced by another one. */
const watches = new WeakMap<object, WireWatch>();

/**
 * Watches what `serveStdio` itself answers, before any server: subscription streams, and a handshake that comes too late. All
 * other messages also pass the channel, and are counted there.
 */
export function watchWire(
  channel: Channel,
  connection: Connection,
  newSubscriptions: () => Subscriptions,
  attempt: Attempt,
): void {
  const { _wire: wire, deliver, send } = channel;
  if (wire === undefined || typeof deliver !== 'function') return;
  let watch = watches.get(wire);
  if (watch === undefined) {
    watch = new WireWatch(newSubscriptions());
    if (!layOver(wire, watch, attempt)) return;
    watches.set(wire, watch);
  }
  const { claimed, relaying } = watch;
  watch.connection = connection;
  channel.send = (message, ...rest) => relaying(() => send.call(channel, message, ...rest));
  channel.deliver = (message, ...rest) => {
    attempt(() => claimed(message));
    deliver.call(channel, message, ...rest);
  };
}

/** @returns whether the wire has the expected form; if not, it is not changed */
function layOver(wire: Wire, watch: WireWatch, attempt: Attempt): boolean {
  const { send, onmessage, onclose } = wire;
  if (typeof send !== 'function' || typeof onmessage !== 'function' || typeof onclose !== 'function')
    return false;
  wire.onmessage = (message, ...rest) => {
    attempt(() => watch.received(message));
    onmessage.call(wire, message, ...rest);
  };
  wire.send = (message, ...rest) => {
    attempt(() => watch.sent(message));
    return send.call(wire, message, ...rest);
  };
  wire.onclose = () => {
    attempt(() => watch.closed());
    onclose.call(wire);
  };
  return true;
}

class WireWatch {
  connection: Connection | undefined;
  private readonly unclaimed = new Map<RequestId, Message>();
  /** Whether the server is sending a message now. */
  private isRelaying = false;

  constructor(private readonly subscriptions: Subscriptions) {}

  received(message: Message): void {
    const { id, method, params } = message;
    if (id !== undefined && id !== null) {
      if (ANSWERED_BY_ENTRY.has(method) && this.unclaimed.size < MAX_UNCLAIMED)
        this.unclaimed.set(id, message);
    } else if (method === 'notifications/cancelled' && this.subscriptions.isOpen(params?.requestId)) {
      this.subscriptions.ended(params?.requestId as RequestId);
      this.connection?.received(message, undefined);
    }
  }

  /** The server receives a message. Its channel counts the message. */
  readonly claimed = ({ id }: Message): void => {
    if (this.unclaimed.size > 0) this.unclaimed.delete(id as RequestId);
  };

  /** The channel passes on what its server sends at once. */
  readonly relaying = <T>(send: () => T): T => {
    this.isRelaying = true;
    try {
      return send();
    } finally {
      this.isRelaying = false;
    }
  };

  sent(message: Message): void {
    const { id, method } = message;
    if (method !== undefined) {
      if (id === undefined) this.announced(message);
    } else if (!this.isRelaying) this.answered(id, message);
  }

  closed(): void {
    this.unclaimed.clear();
    this.subscriptions.allEnded();
  }

  private announced(message: Message): void {
    const id = message.params?._meta?.[META_ID] as RequestId | undefined;
    if (id === undefined) return;
    // The first message arrived before there was a server that we could watch.
    if (message.method === ACKNOWLEDGED) this.subscriptions.requested(id);
    const opened = this.subscriptions.announced(message);
    if (opened === undefined) return;
    this.connection?.received(this.unclaimed.get(id) ?? { id, method: LISTEN }, undefined);
    this.unclaimed.delete(id);
    this.connection?.abandoned(id, opened.ending);
    this.connection?.leaving(message);
  }

  private answered(id: Message['id'], message: Message): void {
    if (id === undefined || id === null) return;
    if (this.subscriptions.isOpen(id)) {
      this.subscriptions.ended(id);
      return;
    }
    const request = this.unclaimed.get(id) ?? unseen(id, message);
    this.unclaimed.delete(id);
    this.connection?.received(request, undefined);
    if (request.method === LISTEN) this.subscriptions.requested(id);
    const ending = this.subscriptions.answered(id, message);
    if (ending) this.connection?.abandoned(id, ending);
    else this.connection?.sending(message);
  }
}

/** Messages before the first server were not seen. Their answers show a part of what they were. */
function unseen(id: RequestId, answer: Message): Message {
  return { id, method: saysLimit(answer) ? LISTEN : OTHER };
}
