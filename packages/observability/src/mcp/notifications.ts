import type { Message, RequestId } from '../protocol/message.js';
import { CANCELLED } from '../protocol/outcome.js';
import type { ConnectionContext } from './context.js';
import { EarlyCancels } from './early-cancels.js';
import type { ServerRequests } from './server-requests.js';

const CANCELS = 'notifications/cancelled';

/** The notifications of both sides of a connection. A cancellation ends a request of its sender. */
export class Notifications {
  private readonly earlyCancels = new EarlyCancels();

  constructor(
    private readonly context: ConnectionContext,
    private readonly serverRequests: ServerRequests,
    private readonly connection: { cancelled(id: RequestId, now: number): boolean },
  ) {}

  received(method: string, message: Message, now: number): void {
    this.context.recorder.notification('received', method);
    const id = message.params?.requestId;
    if (method !== CANCELS || id === undefined) return;
    if (!this.connection.cancelled(id, now)) this.earlyCancels.add(id);
  }

  sent(method: string, message: Message, now: number): void {
    const { recorder, longCalls } = this.context;
    recorder.notification('sent', method);
    longCalls.notified(method, message.params, now);
    const id = message.params?.requestId;
    if (method === CANCELS && id !== undefined) this.serverRequests.ended(id, CANCELLED, now);
  }

  /** @returns whether the request was cancelled before it arrived */
  hasCancelled(id: RequestId): boolean {
    return this.earlyCancels.has(id);
  }

  clear(): void {
    this.earlyCancels.clear();
  }
}
