import type { Span } from '@opentelemetry/api';
import type { Ending, Outcome } from '../protocol/outcome.js';
import type { Families } from './families.js';

/** The series of one method and name, with every slot that its requests can update. */
export class Operation {
  /** When its last request ended. */
  usedAt = 0;
  private readonly duration: number;
  private readonly requests: Partial<Record<Outcome, number>>;
  private readonly errors = new Map<string, number>();
  private requestSize = -1;
  private responseSize = -1;

  constructor(
    private readonly families: Families,
    private readonly method: string,
    /** The `name` label. */
    readonly name: string,
  ) {
    this.duration = families.requestDuration.slot(method, name);
    // They start at 0, since rate() misses the first event of a counter that first appears as 1.
    const slot = (outcome: Outcome) => families.requests.slot(method, name, outcome);
    this.requests = {
      ok: slot('ok'),
      client_error: slot('client_error'),
      server_error: slot('server_error'),
      cancelled: slot('cancelled'),
    };
    if (method === 'tools/call') this.requests.tool_error = slot('tool_error');
  }

  /** @param span the ids of the request's span, if it is recorded */
  ended(ending: Ending, seconds: number, now: number, span?: Span): void {
    this.counted(ending.outcome, now);
    const { requestDuration } = this.families;
    // Rejected requests are fast, and must not improve the latency.
    if (!ending.isRefused) requestDuration.observe(this.duration, seconds, span?.spanContext());
  }

  counted(outcome: Outcome, now: number): void {
    this.usedAt = now;
    const { requests } = this.families;
    this.requests[outcome] ??= requests.slot(this.method, this.name, outcome);
    requests.add(this.requests[outcome], 1);
  }

  failed(type: string): void {
    let slot = this.errors.get(type);
    if (slot === undefined) {
      slot = this.families.errors.slot(this.method, this.name, type);
      this.errors.set(type, slot);
    }
    this.families.errors.add(slot, 1);
  }

  received(bytes: number): void {
    const { requestSize } = this.families;
    if (this.requestSize < 0) this.requestSize = requestSize.slot(this.method, this.name);
    requestSize.observe(this.requestSize, bytes);
  }

  sent(bytes: number): void {
    const { responseSize } = this.families;
    if (this.responseSize < 0) this.responseSize = responseSize.slot(this.method, this.name);
    responseSize.observe(this.responseSize, bytes);
  }
}

/** The requests of one method: how many are in flight, and its operations by name. */
export class MethodSeries {
  private readonly inFlight: number;
  private readonly operations = new Map<string, Operation>();
  private readonly unnamed: Operation | undefined;

  constructor(
    private readonly families: Families,
    readonly method: string,
    /** Whether requests of this method name a tool or a prompt. */
    readonly named: boolean,
    /** Whether requests of this method are about a task. */
    readonly aboutTask = false,
  ) {
    this.inFlight = families.requestsInFlight.slot(method);
    if (!named) this.unnamed = this.operation('');
  }

  started(): void {
    this.families.requestsInFlight.add(this.inFlight, 1);
  }

  finished(): void {
    this.families.requestsInFlight.add(this.inFlight, -1);
  }

  /** @param change how many more requests wait for their client; negative if fewer */
  waiting(change: 1 | -1): void {
    const { requestsWaiting } = this.families;
    requestsWaiting.add(requestsWaiting.slot(this.method), change);
  }

  /** Returns the operation with this name if it exists, or the one of the method if it has no names. */
  find(name: string): Operation | undefined {
    return this.unnamed ?? this.operations.get(name);
  }

  /** When the last request with this name ended; 0 if never. */
  usedAt(name: string): number {
    return this.operations.get(name)?.usedAt ?? 0;
  }

  /** Forgets the operation with this name before its series end. */
  forget(name: string): void {
    this.operations.delete(name);
  }

  /** Returns the operation with this name, a bounded label value. */
  operation(name: string): Operation {
    let operation = this.operations.get(name);
    if (operation === undefined) {
      operation = new Operation(this.families, this.method, name);
      this.operations.set(name, operation);
    }
    return operation;
  }
}
