import { LISTEN } from '../../mcp/subscriptions.js';
import type { RequestId } from '../../protocol/message.js';
import type { Ending } from '../../protocol/outcome.js';
import type { HttpConnection } from './sessions.js';

/** The requests of one exchange that no answer was seen for. */
export class OpenRequests {
  /** How many there were. */
  count = 0;
  private readonly unanswered = new Set<RequestId>();
  /** Those that open a stream, also when they have been answered. */
  readonly listening = new Set<RequestId>();

  /** Any of them, to be named in an error that answers the exchange. */
  get first(): RequestId | undefined {
    const [id] = this.unanswered;
    return id;
  }

  /** The only one; undefined where there are several, or none. */
  get only(): RequestId | undefined {
    return this.unanswered.size === 1 ? this.first : undefined;
  }

  has(id: RequestId): boolean {
    return this.unanswered.has(id);
  }

  add(id: RequestId, method: string): void {
    this.unanswered.add(id);
    if (method === LISTEN) this.listening.add(id);
    this.count++;
  }

  answered(id: RequestId): void {
    this.unanswered.delete(id);
  }

  /** Ends them in a way that no message tells; by default because their client has gone. */
  abandon(connection: HttpConnection | undefined, ending?: Ending): void {
    for (const id of this.taken()) connection?.abandoned(id, ending);
  }

  /** Ends them as if a server had answered so. */
  answer(
    connection: HttpConnection | undefined,
    answer: { result: object } | { error: { code: number } },
  ): void {
    for (const id of this.taken()) connection?.observer.sent({ id, ...answer }, 0);
  }

  /** Their client may come back for the answers. */
  suspend(connection: HttpConnection | undefined): void {
    connection?.resumption.broken(this.taken());
  }

  private taken(): RequestId[] {
    const ids = [...this.unanswered];
    this.unanswered.clear();
    return ids;
  }
}
