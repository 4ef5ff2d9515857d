import type { Message, MessageExtra, RequestId } from '../protocol/message.js';
import { CANCELLED } from '../protocol/outcome.js';
import type { ConnectionContext } from './context.js';
import { EarlyCancels } from './early-cancels.js';
import type { Peer } from './peer.js';
import type { ServerRequests } from './server-requests.js';

const CANCELS = 'notifications/cancelled';

/** The notifications of both sides of a connection. A cancellation ends a request of its sender. */
export class Notifications {
  private readonly earlyCancels = new EarlyCancels();

  constructor(
    private readonly context: ConnectionContext,
    private readonly serverRequests: ServerRequests,
    private readonly connection: Peer & { cancelled(id: RequestId, now: number): boolean },
  ) {}

  received(method: string, message: Message, extra: MessageExtra | undefined, now: number): void {
    this.told('received', method, message, extra, now);
    const id = message.params?.requestId;
    if (method !== CANCELS || id === undefined) return;
    if (!this.connection.cancelled(id, now)) this.earlyCancels.add(id);
  }

  sent(method: string, message: Message, now: number): void {
    this.told('sent', method, message, undefined, now);
    this.context.longCalls.notified(method, message.params, now);
    const id = message.params?.requestId;
    if (method === CANCELS && id !== undefined) this.serverRequests.ended(id, CANCELLED, now);
  }

  private told(
    direction: 'received' | 'sent',
    method: string,
    message: Message,
    extra: MessageExtra | undefined,
    now: number,
  ): void {
    const { recorder, follower } = this.context;
    recorder.notification(direction, method);
    try {
      follower?.notified(direction, method, message, extra, this.connection, now);
    } catch {
      // A span that fails must keep no request from its cancel.
      recorder.dropped('internal_error');
    }
  }

  /** @returns whether the request was cancelled before it arrived */
  hasCancelled(id: RequestId): boolean {
    return this.earlyCancels.has(id);
  }

  clear(): void {
    this.earlyCancels.clear();
  }
}
