import type { Server, sendUnaryData } from '@grpc/grpc-js';
import { type Behaviour, refusal } from './behaviour.js';
import { Gate } from './gate.js';
import {
  bind,
  type Call,
  createGrpcServer,
  encodingOf,
  headersOf,
  SERVICE_DEFINITION,
  type ServerTls,
} from './grpc.js';
import type { LogRecord } from './logs.js';
import type { MetricPoint } from './metrics.js';
import type { Span } from './spans.js';
import { SERVICES, type Signal } from './wire.js';

export type { Behaviour, LogRecord, MetricPoint, Signal, Span };

export interface CollectorOptions {
  /** Milliseconds to each answer: short for `behaviour: { kind: 'slow', delayMs }`. */
  readonly delayMs?: number;
  readonly behaviour?: Behaviour;
  readonly tls?: ServerTls;
}

/** One export request that was read whole, taken or not. */
export interface ExportRequest {
  readonly signal: Signal;
  /** Headers, without those that gRPC keeps to itself. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly compression: string;
  /** Size of the message, uncompressed. */
  readonly bytes: number;
  /** Spans, log records or data points in it. */
  readonly items: number;
  /** How it was answered; undefined while it is not. A client that gave up before has CANCELLED it. */
  answer:
    | 'OK'
    | 'PARTIAL'
    | 'CANCELLED'
    | 'UNAVAILABLE'
    | 'RESOURCE_EXHAUSTED'
    | 'PERMISSION_DENIED'
    | undefined;
}

/** A real gRPC server of the three OTLP services, on loopback. It keeps what it accepted. */
export class Collector {
  readonly spans: Span[] = [];
  readonly logs: LogRecord[] = [];
  readonly metrics: MetricPoint[] = [];
  readonly requests: ExportRequest[] = [];
  private behaviour: Behaviour = { kind: 'ok' };
  private readonly waiters = new Set<() => void>();
  private readonly timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly server: Server,
    private readonly gate: Gate,
    private readonly base: string,
  ) {}

  static async start({ delayMs, behaviour, tls }: CollectorOptions = {}): Promise<Collector> {
    const server = createGrpcServer();
    const gate = new Gate(await bind(server, tls));
    const collector = new Collector(server, gate, tls ? 'https://localhost' : 'http://127.0.0.1');
    server.addService(SERVICE_DEFINITION, {
      traces: collector.handler('traces'),
      logs: collector.handler('logs'),
      metrics: collector.handler('metrics'),
    });
    if (delayMs !== undefined) collector.behave({ kind: 'slow', delayMs });
    if (behaviour) collector.behave(behaviour);
    await gate.open();
    return collector;
  }

  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` wants. */
  get url(): string {
    return `${this.base}:${this.gate.port}`;
  }

  /** Connections that were cut because of `behave({ kind: 'cut' })`. */
  get cuts(): number {
    return this.gate.cuts;
  }

  /** Answers in another way from now on. Requests that wait for their answer go on waiting. */
  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.gate.cutAfter(behaviour.kind === 'cut' ? behaviour.afterBytes : undefined);
  }

  /** Takes the collector off its port: connections break, new ones are refused. */
  async down(): Promise<void> {
    await this.gate.close();
  }

  /** Comes back on the same port. */
  async up(): Promise<void> {
    await this.gate.open();
  }

  /**
   * Resolves once the predicate holds; it is asked again at every request and answer.
   *
   * @throws when it does not within `timeoutMs`, saying what there is
   */
  waitFor(predicate: (collector: this) => boolean, timeoutMs = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.waiters.delete(check);
        finish();
      };
      const check = () => {
        try {
          if (predicate(this)) settle(resolve);
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const timer = setTimeout(() => settle(() => reject(this.unmet(predicate, timeoutMs))), timeoutMs);
      this.waiters.add(check);
      check();
    });
  }

  /** Forgets what it has seen. */
  clear(): void {
    for (const list of [this.spans, this.logs, this.metrics, this.requests]) list.length = 0;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await this.gate.close();
    this.server.forceShutdown();
  }

  private handler(signal: Signal) {
    return (call: Call, callback: sendUnaryData<object>): void => {
      const { bytes, records } = call.request;
      const request: ExportRequest = {
        signal,
        metadata: headersOf(call.metadata),
        compression: encodingOf(call.metadata),
        bytes,
        items: records.length,
        answer: undefined,
      };
      this.requests.push(request);
      call.once('cancelled', () => {
        request.answer ??= 'CANCELLED';
        this.changed();
      });
      this.answer(request, call, callback);
      this.changed();
    };
  }

  private answer(request: ExportRequest, call: Call, callback: sendUnaryData<object>): void {
    const { behaviour } = this;
    const accept = () => this.accept(request, call, callback);
    switch (behaviour.kind) {
      case 'silent':
        break;
      case 'slow':
        this.after(behaviour.delayMs, accept);
        break;
      case 'refuse':
        request.answer = behaviour.code;
        callback(refusal(behaviour));
        break;
      case 'partial':
        this.acceptPartly(behaviour, request, call, callback);
        break;
      default:
        accept();
    }
  }

  private accept(request: ExportRequest, call: Call, callback: sendUnaryData<object>): void {
    // Whoever gave up counts its records as lost, so they must not count as received.
    if (call.cancelled) return;
    request.answer = 'OK';
    this.keep(request.signal, call.request.records);
    callback(null, {});
    this.changed();
  }

  private acceptPartly(
    { rejected, message = '' }: Extract<Behaviour, { kind: 'partial' }>,
    request: ExportRequest,
    call: Call,
    callback: sendUnaryData<object>,
  ): void {
    request.answer = 'PARTIAL';
    this.keep(request.signal, call.request.records.slice(rejected));
    callback(null, {
      partialSuccess: { [SERVICES[request.signal].rejected]: rejected, errorMessage: message },
    });
  }

  private keep(signal: Signal, records: readonly unknown[]): void {
    const kept: unknown[] = { traces: this.spans, logs: this.logs, metrics: this.metrics }[signal];
    for (const record of records) kept.push(record);
  }

  private after(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
  }

  private changed(): void {
    for (const check of this.waiters) check();
  }

  private unmet(predicate: unknown, timeoutMs: number): Error {
    const { spans, logs, metrics, requests } = this;
    const there = `${spans.length} spans, ${logs.length} log records, ${metrics.length} data points`;
    return new Error(
      `Expected ${predicate} within ${timeoutMs} ms; there are ${there} from ${requests.length} requests`,
    );
  }
}
