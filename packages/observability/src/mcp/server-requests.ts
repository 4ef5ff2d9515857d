import type { Follower } from '../follow/follower.js';
import type { RequestScope } from '../follow/scope.js';
import type { Recorder } from '../metrics/recorder.js';
import type { Message, RequestId } from './message.js';
import { type Ending, endingOf } from './outcome.js';
import type { Peer } from './peer.js';
import { inputResponseMethod } from './server-request.js';

/** A client that owes more answers than this is not going to give them. */
const MAX_PENDING = 1_000;
/** A server asks for a few things at once. */
const MAX_INPUT_RESPONSES = 100;

interface ServerRequest {
  readonly method: string;
  readonly startedAt: number;
  readonly scope?: RequestScope;
  /** What is sent instead of the message that came. */
  readonly message?: Message;
}

interface Context {
  readonly recorder: Recorder;
  readonly follower?: Follower | undefined;
}

/** The requests that a server has sent to one client, and that are not answered yet. */
export class ServerRequests {
  /** Most servers never ask. */
  private pending: Map<RequestId, ServerRequest> | undefined;

  constructor(
    private readonly context: Context,
    private readonly peer: Peer,
  ) {}

  sent(id: RequestId, method: string, message: Message, startedAt: number): void {
    this.pending ??= new Map();
    const { recorder, follower } = this.context;
    if (this.pending.size >= MAX_PENDING) recorder.dropped('too_many_server_requests');
    else this.pending.set(id, { method, startedAt, ...follower?.serverRequestStarted(method, message) });
  }

  /** What to send for a message: a request takes its trace context along. */
  outgoing(message: Message): Message {
    return this.pending?.get(message.id as RequestId)?.message ?? message;
  }

  answered(answer: Message, now: number): void {
    if (answer.id !== undefined && answer.id !== null) this.ended(answer.id, endingOf(answer), now, answer);
  }

  ended(id: RequestId, ending: Ending, now: number, answer?: Message): void {
    const request = this.pending?.get(id);
    if (request === undefined) return;
    this.pending?.delete(id);
    const { recorder, follower } = this.context;
    recorder.serverRequestEnded(request.method, ending.outcome, (now - request.startedAt) / 1000);
    if (request.scope === undefined) return;
    try {
      follower?.serverRequestEnded(request.scope, this.peer, ending, answer);
    } catch {
      recorder.dropped('internal_error');
    }
  }

  /** None of them will be answered any more. */
  allEnded(ending: Ending, now: number): void {
    for (const id of [...(this.pending?.keys() ?? [])]) this.ended(id, ending, now);
  }

  /** Since 2026-07-28 a server asks in its result, and the client answers in its next request. */
  inputReceived(responses: unknown): void {
    if (typeof responses !== 'object' || responses === null || Array.isArray(responses)) return;
    let count = 0;
    // Clients choose how many there are: nothing is built of all of them.
    for (const id in responses) {
      if (++count > MAX_INPUT_RESPONSES) break;
      const response = (responses as Readonly<Record<string, unknown>>)[id];
      this.context.recorder.serverRequestEnded(inputResponseMethod(response), 'ok', undefined);
    }
  }
}
