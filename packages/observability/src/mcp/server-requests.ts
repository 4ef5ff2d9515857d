import type { Message, RequestId } from '../protocol/message.js';
import { type Ending, endingOf } from '../protocol/outcome.js';
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

/** A client that owes more answers than this is not going to give them. */
const MAX_PENDING = 1_000;
/** A server asks for a few things at once. */
const MAX_INPUT_RESPONSES = 100;

interface ServerRequest {
  readonly question: Question;
  readonly startedAt: number;
  /** The request of the client that this one is for, where that is known. */
  readonly wait: Wait | undefined;
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
    private readonly waiting: Waiting,
  ) {}

  /** @param origin the request of the client that the server asks for, where that is known */
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

  /** How many are not answered yet. */
  get size(): number {
    return this.pending?.size ?? 0;
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

  /** None of them will be answered any more. */
  allEnded(ending: Ending, now: number): void {
    for (const id of [...(this.pending?.keys() ?? [])]) this.ended(id, ending, now);
  }

  /**
   * Since 2026-07-28 a server asks in its result, and the client answers in its next request.
   *
   * @param round what the server had asked, where that is known
   */
  inputReceived(responses: unknown, round: Round | undefined, now: number): void {
    if (typeof responses !== 'object' || responses === null || Array.isArray(responses)) return;
    let count = 0;
    // Clients choose how many there are: nothing is built of all of them.
    for (const id in responses) {
      if (++count > MAX_INPUT_RESPONSES) break;
      const response = (responses as Readonly<Record<string, unknown>>)[id];
      const question = round?.questions.get(id) ?? answeredQuestion(response);
      const seconds = round && (now - round.askedAt) / 1000;
      this.context.recorder.serverRequestEnded(question, answeredOutcome(question, response), seconds);
    }
  }
}
