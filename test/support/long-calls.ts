import { vi } from 'vitest';
import { Connection } from '../../packages/observability/src/mcp/connection.js';
import type { ConnectionContext } from '../../packages/observability/src/mcp/context.js';
import { ToolFingerprint } from '../../packages/observability/src/mcp/fingerprint.js';
import { LongCallReport } from '../../packages/observability/src/mcp/long-call-report.js';
import { LongCalls } from '../../packages/observability/src/mcp/long-calls.js';
import { IdleSessions } from '../../packages/observability/src/mcp/sessions.js';
import { createFamilies } from '../../packages/observability/src/metrics/families.js';
import type { ScalarFamily } from '../../packages/observability/src/metrics/family.js';
import { Recorder } from '../../packages/observability/src/metrics/recorder.js';
import type { Message } from '../../packages/observability/src/protocol/message.js';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;

/** A toolkit whose connections are told messages as they come. */
export class Scene {
  readonly families = createFamilies();
  readonly recorder = new Recorder(this.families, { names: 50, clients: 10 });
  readonly longCalls = new LongCalls(new LongCallReport(this.recorder, () => undefined));
  readonly context: ConnectionContext = {
    recorder: this.recorder,
    sessions: new IdleSessions(HOUR),
    fingerprint: new ToolFingerprint(this.families, () => this.recorder.dropped('internal_error')),
    longCalls: this.longCalls,
  };
  private ids = 0;

  /** A connection of one client, or of one exchange where there are no sessions. */
  connection(kind: 'stdio' | 'streamable_http' = 'stdio'): Connection {
    const connection = new Connection(this.context, {}, kind, undefined);
    connection.started();
    return connection;
  }

  request(connection: Connection, method: string, params: object): number {
    connection.received({ id: ++this.ids, method, params } as Message, undefined);
    return this.ids;
  }

  answer(connection: Connection, id: number, answer: object): void {
    connection.sent(connection.sending({ id, ...answer } as Message), 0);
  }

  ask(connection: Connection, method: string, params: object, answer: object): void {
    this.answer(connection, this.request(connection, method, params), answer);
  }

  call(connection: Connection, result: object, params: object = {}): void {
    this.ask(connection, 'tools/call', { name: 'search', ...params }, { result });
  }

  get inProgress(): { rounds: number; task: number } {
    const { operationsInProgress } = this.families;
    const of = (kind: string) => operationsInProgress.value(operationsInProgress.slot(kind));
    return { rounds: of('rounds'), task: of('task') };
  }

  /** The long calls that have ended, by kind, name and outcome, with their seconds. */
  get ended(): Record<string, number> {
    const { operationDuration } = this.families;
    const entries = operationDuration.series.map((labels, slot) => [labels, slot] as const);
    return Object.fromEntries(
      entries.map(([[kind, , name, outcome], slot]) => [
        `${kind} ${name} ${outcome} x${operationDuration.count(slot)}`,
        operationDuration.sum(slot),
      ]),
    );
  }

  get requests(): Record<string, number> {
    return counted(this.families.requests);
  }

  get errors(): Record<string, number> {
    return counted(this.families.errors);
  }
}

/** What a family has counted, by its labels. */
export function counted(family: ScalarFamily): Record<string, number> {
  const entries = family.series.map((labels, slot) => [labels.join(' '), family.value(slot)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value > 0));
}

export function sleep(ms: number): void {
  vi.advanceTimersByTime(ms);
}

export const done = { content: [] };
export const asks = (more: object = {}) => ({
  resultType: 'input_required',
  inputRequests: { who: { method: 'elicitation/create', params: { mode: 'url' } } },
  ...more,
});
export const answers = { inputResponses: { who: { action: 'accept' } } };
export const augmented = { task: { ttl: 60 * SECOND } };
export const becomes = (task: object) => ({
  task: { taskId: 'a', status: 'working', ttl: 60 * SECOND, ...task },
});
export const about = { taskId: 'a' };
