import type { SpanContext } from '@opentelemetry/api';
import type { Message } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import type { LongCallObserver } from './long-call.js';
import type { Peer } from './peer.js';
import { type Round, Rounds } from './rounds.js';
import { Tasks } from './tasks.js';

/** Notifications about the state of a task: of the extension, and of protocol 2025-11-25. */
const TASK_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/tasks',
  'notifications/tasks/status',
]);

/** Follows calls that may continue after their answer. Shared by all connections of a toolkit. */
export class LongCalls {
  private readonly rounds: Rounds;
  private readonly tasks: Tasks;

  constructor(observer: LongCallObserver) {
    this.rounds = new Rounds(observer);
    this.tasks = new Tasks(observer);
  }

  get size(): number {
    return this.rounds.size + this.tasks.size;
  }

  /**
   * A request arrived that continues a call.
   *
   * @returns the questions that it answers, if they are known
   */
  resumed(exchange: Exchange, state: unknown, peer: Peer): Round | undefined {
    const resumed = this.rounds.resumed(exchange, state, peer);
    if (resumed === undefined) return undefined;
    exchange.rounds = resumed.round;
    if (resumed.isSure) exchange.link = resumed.round.trace;
    return resumed.round;
  }

  /** @returns the span of the request that became a task */
  traceOf(taskId: unknown): SpanContext | undefined {
    return this.tasks.traceOf(taskId);
  }

  /** A request ended. Its answer may be any object. */
  requestEnded(
    exchange: Exchange,
    ending: Ending,
    answer: Message | undefined,
    now: number,
    peer: Peer,
  ): void {
    const { outcome } = ending;
    if (outcome === 'input_required' && answer) this.rounds.asked(exchange, answer, now, peer);
    else if (outcome === 'task' && answer) this.tasks.created(exchange, answer, now, peer);
    else if (exchange.rounds !== undefined) this.rounds.ended(exchange.rounds, ending, now);
    if (exchange.taskId !== undefined && answer) this.tasks.answered(exchange, ending, answer, now);
  }

  /** The server sent a notification. Its params may be any value. */
  notified(method: string, params: Message['params'], now: number): void {
    if (TASK_NOTIFICATIONS.has(method) && params) this.tasks.told(params.taskId, params, now);
  }

  /** Forgets all calls. They continue unobserved. */
  close(): void {
    this.rounds.close();
    this.tasks.close();
  }
}
