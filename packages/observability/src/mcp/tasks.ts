import type { SpanContext } from '@opentelemetry/api';
import type { Message } from '../protocol/message.js';
import { CANCELLED, type Ending, endingOf, OK, TASK_FAILED } from '../protocol/outcome.js';
import type { Exchange } from './exchange.js';
import { beginningOf } from './exchange.js';
import { Expiring } from './expiring.js';
import { type LongCall, type LongCallObserver, readable } from './long-call.js';
import type { Peer } from './peer.js';

const MAX_TASKS = 10_000;
/** Longer ids are not kept. */
const MAX_ID = 256;
const MAX_TTL_MS = 24 * 3_600_000;
/** How long a task is kept that has no TTL. */
const DEFAULT_TTL_MS = 3_600_000;
/** In protocol 2025-11-25, a status shows that a task ended. The answer to another request shows how. */
const RESULT_MS = 2_000;

interface Task extends LongCall {
  ttlMs: number;
  /** How and when it ended according to its status. Its result may show more. */
  over: { readonly ending: Ending; readonly at: number } | undefined;
}

/** A task as the server describes it. Protocol 2025-11-25 has `ttl`, the extension of 2026-07-28 `ttlMs`. Each may be any value. */
interface Told {
  readonly taskId?: unknown;
  readonly status?: unknown;
  readonly ttl?: unknown;
  readonly ttlMs?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/**
 * The tasks that calls became, until their end is seen. Only messages of the server count: an id that a client invents, or
 * that the server rejects, ends nothing.
 */
export class Tasks {
  private readonly running = new Expiring<Task>(MAX_TASKS, (task) =>
    this.observer.longCallEnded(task, task.over?.ending, task.over?.at ?? performance.now()),
  );

  constructor(private readonly observer: LongCallObserver) {}

  get size(): number {
    return this.running.size;
  }

  /** A request became a task. A task without a usable id is counted, but not followed. */
  created(exchange: Exchange, answer: Message, now: number, peer: Peer): void {
    const told = readable(() => toldBy(answer));
    const id = readable(() => told?.taskId);
    if (exchange.rounds !== undefined) this.observer.longCallLeft('rounds');
    if (told === undefined || !isId(id)) return;
    this.replaced(id, now);
    const ttlMs = readable(() => ttlOf(told)) ?? DEFAULT_TTL_MS;
    const expiresAt = now + ttlMs;
    this.running.add(id, { ...beginningOf(exchange, peer), kind: 'task', ttlMs, expiresAt, over: undefined });
    this.observer.longCallBegan('task');
    this.told(id, told, now);
  }

  /** The span of the request that became this task. */
  traceOf(id: unknown): SpanContext | undefined {
    return isId(id) ? this.running.find(id)?.trace : undefined;
  }

  /** The server answered a request about a task. */
  answered({ series, taskId }: Exchange, ending: Ending, answer: Message, now: number): void {
    if (!isId(taskId)) return;
    if (series.method === 'tasks/result') this.resulted(taskId, ending, answer, now);
    else if (answer.result !== undefined) this.told(taskId, answer.result as Told, now);
  }

  /** The server sent the state of a task. */
  told(id: unknown, told: Told, now: number): void {
    const task = isId(id) ? this.running.find(id) : undefined;
    if (task === undefined || !isId(id)) return;
    task.ttlMs = readable(() => ttlOf(told)) ?? task.ttlMs;
    const status = readable(() => told.status);
    if (status === 'cancelled') this.end(id, CANCELLED, now);
    else if (status === 'completed')
      this.completed(
        id,
        task,
        readable(() => told.result),
        now,
      );
    else if (status === 'failed')
      this.failed(
        id,
        task,
        readable(() => told.error),
        now,
      );
    else if (task.over === undefined) task.expiresAt = now + task.ttlMs;
  }

  close(): void {
    for (const { kind } of this.running.drain()) this.observer.longCallLeft(kind);
  }

  private completed(id: string, task: Task, result: unknown, now: number): void {
    if (isObject(result)) this.end(id, endingOf({ result }), now);
    else this.hold(task, OK, now);
  }

  private failed(id: string, task: Task, error: unknown, now: number): void {
    if (isObject(error)) this.end(id, endingOf({ error }), now);
    else this.hold(task, TASK_FAILED, now);
  }

  private hold(task: Task, ending: Ending, now: number): void {
    if (task.over !== undefined) return;
    task.over = { ending, at: now };
    task.expiresAt = now + RESULT_MS;
  }

  /** The result is the one of the original call. A failed task may have one too. */
  private resulted(id: string, ending: Ending, { result, error }: Message, now: number): void {
    if (result === undefined && error === undefined) return;
    const known = this.running.find(id)?.over?.ending;
    // It is unknown whether the task failed or the request for it.
    if (ending.outcome === 'client_error') return;
    this.end(id, ending.outcome === 'ok' ? (known ?? ending) : ending, now);
  }

  private end(id: string, ending: Ending, now: number): void {
    const task = this.running.take(id);
    if (task) this.observer.longCallEnded(task, ending, task.over?.at ?? now);
  }

  /** A server that reuses an id has lost the first task. */
  private replaced(id: string, now: number): void {
    const task = this.running.take(id);
    if (task) this.observer.longCallEnded(task, task.over?.ending, task.over?.at ?? now);
  }
}

function toldBy({ result }: Message): Told | undefined {
  const task = result?.resultType === 'task' ? result : result?.task;
  return isObject(task) ? (task as Told) : undefined;
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `null` means without an end, which counts as a day here. */
function ttlOf({ ttl, ttlMs = ttl }: Told): number | undefined {
  if (ttlMs === null) return MAX_TTL_MS;
  return typeof ttlMs === 'number' && ttlMs > 0 ? Math.min(ttlMs, MAX_TTL_MS) : undefined;
}
