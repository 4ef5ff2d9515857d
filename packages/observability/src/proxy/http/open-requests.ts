import { LISTEN } from '../../mcp/subscriptions.js';
import type { RequestId } from '../../protocol/message.js';
import type { Ending } from '../../protocol/outcome.js';
import type { HttpConnection } from './sessions.js';

/** The requests of one exchange for which no answer was seen. */
export class OpenRequests {
  /** How many requests the exchange had, including answered ones. */
  count = 0;
  private readonly unanswered = new Set<RequestId>();
  /** Those that open a stream, including answered ones. */
  readonly listening = new Set<RequestId>();

  /** Any of them, for the id of an error that answers the exchange. */
  get first(): RequestId | undefined {
    const [id] = this.unanswered;
    return id;
  }

  /** The only one; undefined if there are several or none. */
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

  /** Ends them without an answer, by default because their client disconnected. */
  abandon(connection: HttpConnection | undefined, ending?: Ending): void {
    for (const id of this.taken()) connection?.abandoned(id, ending);
  }

  /** Ends them as if a server had given this answer. */
  answer(
    connection: HttpConnection | undefined,
    answer: { result: object } | { error: { code: number } },
  ): void {
    for (const id of this.taken()) connection?.observer.sent({ id, ...answer }, 0);
  }

  /** Lets them wait, since their client may come back for the answers. */
  suspend(connection: HttpConnection | undefined): void {
    connection?.resumption.broken(this.taken());
  }

  private taken(): RequestId[] {
    const ids = [...this.unanswered];
    this.unanswered.clear();
    return ids;
  }
}
