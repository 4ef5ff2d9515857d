import type { Message, RequestId } from '../protocol/message.js';
import { type Ending, endingOf, unsentEnding } from '../protocol/outcome.js';
import type { Exchange, RequestScope } from './exchange.js';
import type { Follower, Recorder } from './facts.js';
import type { Peer } from './peer.js';
import type { Round } from './rounds.js';
import {
  answeredOutcome,
  answeredQuestion,
  type Question,
  questionOf,
  questionOutcomeOf,
} from './server-request.js';
import type { Wait, Waiting } from './waiting.js';

/** A client that owes more answers than this will not send them. */
const MAX_PENDING = 1_000;
/** A server asks only a few questions at once. */
const MAX_INPUT_RESPONSES = 100;

interface ServerRequest {
  readonly question: Question;
  readonly startedAt: number;
  /** The client's request that caused this one, if it is known. */
  readonly wait: Wait | undefined;
  readonly scope?: RequestScope;
  /** The message to send instead of the original. */
  readonly message?: Message;
}

interface Context {
  readonly recorder: Recorder;
  readonly follower?: Follower | undefined;
}

/** The unanswered requests of a server to one client. */
export class ServerRequests {
  /** Created late, since most servers never ask. */
  private pending: Map<RequestId, ServerRequest> | undefined;

  constructor(
    private readonly context: Context,
    private readonly peer: Peer,
    private readonly waiting: Waiting,
  ) {}

  /** @param origin the client's request that caused this one, if it is known */
  sent(
    id: RequestId,
    method: string,
    message: Message,
    startedAt: number,
    origin: Exchange | undefined,
  ): void {
    this.pending ??= new Map();
    const { recorder, follower } = this.context;
    if (this.pending.size >= MAX_PENDING) recorder.dropped('too_many_server_requests');
    else {
      const question = questionOf(method, message.params);
      const wait = origin && this.waiting.started(origin, startedAt);
      this.pending.set(id, {
        question,
        startedAt,
        wait,
        ...follower?.serverRequestStarted(method, message, startedAt),
      });
    }
  }

  /** How many requests are unanswered. */
  get size(): number {
    return this.pending?.size ?? 0;
  }

  /** Returns what to send for a message: a request gets its trace context. */
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
    const { question, startedAt, scope, wait } = request;
    if (wait) this.waiting.ended(wait, now);
    const outcome = answer === undefined ? ending.outcome : questionOutcomeOf(question, answer);
    recorder.serverRequestEnded(question, outcome, (now - startedAt) / 1000);
    if (scope === undefined) return;
    try {
      follower?.serverRequestEnded(scope, this.peer, { ...ending, outcome }, answer, now);
    } catch {
      recorder.dropped('internal_error');
    }
  }

  /** The transport failed to send a request. Never throws. */
  notSent(id: RequestId, reason: unknown): void {
    try {
      this.ended(id, unsentEnding(reason), performance.now());
    } catch {
      this.context.recorder.dropped('internal_error');
    }
  }

  /** Ends all requests: they will not be answered any more. */
  allEnded(ending: Ending, now: number): void {
    for (const id of [...(this.pending?.keys() ?? [])]) this.ended(id, ending, now);
  }

  /**
   * Since protocol 2026-07-28, a server asks in its result, and the client answers in its next request.
   *
   * @param round the questions of the server, if they are known
   */
  inputReceived(responses: unknown, round: Round | undefined, now: number): void {
    if (typeof responses !== 'object' || responses === null || Array.isArray(responses)) return;
    let count = 0;
    // Clients choose how many there are, so nothing is allocated for all of them.
    for (const id in responses) {
      if (++count > MAX_INPUT_RESPONSES) break;
      const response = (responses as Readonly<Record<string, unknown>>)[id];
      const question = round?.questions.get(id) ?? answeredQuestion(response);
      const seconds = round && (now - round.askedAt) / 1000;
      this.context.recorder.serverRequestEnded(question, answeredOutcome(question, response), seconds);
    }
  }
}
