import type { SpanContext } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { identify } from '../follow/correlation.js';
import type { Exchange } from '../mcp/exchange.js';
import type { LongCall } from '../mcp/long-call.js';
import type { Peer } from '../mcp/peer.js';
import type { Message } from '../protocol/message.js';
import type { Ending, Outcome } from '../protocol/outcome.js';
import { failureOf } from './failure.js';

/** A failure of the server is an error, a failed call a warning, everything else information. */
const LEVELS = {
  ok: 'info',
  cancelled: 'info',
  client_error: 'warn',
  tool_error: 'warn',
  server_error: 'error',
  input_required: 'info',
  task: 'info',
  _other: 'info',
} as const satisfies Record<Outcome, string>;

const WINDOW_MS = 1_000;
const MAX_LENGTH = 200;

/** The content of a line. */
interface Facts {
  readonly method: string;
  readonly name: string;
  readonly label: string;
  readonly seconds: number;
  /** For how many of these milliseconds the server waited for its client. */
  readonly waited: number;
  readonly peer: Peer;
  readonly ending: Ending;
  readonly ids: SpanContext | undefined;
  /** What ended, if it is no request. */
  readonly operation?: string;
  /** What the handler threw, and the answer. */
  readonly exception?: unknown;
  readonly answer?: Message | undefined;
}

/** Writes one line for each finished request, with a limit so that logging does not become the load. */
export class RequestLog {
  private windowEnd = 0;
  private succeeded = 0;
  private failed = 0;

  constructor(
    private readonly logger: Logger,
    /** Lines a second. The limit applies separately to requests with and without an error. */
    private readonly maxPerSecond: number,
    private readonly onSampled: () => void,
    /** Whether the text of a failed tool may be in its line. */
    private readonly mayShow: (text: string) => boolean,
  ) {}

  write(
    exchange: Exchange,
    label: string,
    seconds: number,
    peer: Peer,
    ending: Ending,
    answer?: Message,
  ): void {
    const { series, name, waited, scope } = exchange;
    const { ids, exception } = scope ?? {};
    this.line({ method: series.method, name, label, seconds, waited, peer, ending, ids, exception, answer });
  }

  /** A task has its own line, in addition to the line of its request. */
  writeTask(
    { series, name, peer, kind }: LongCall,
    label: string,
    seconds: number,
    ids: SpanContext | undefined,
    ending: Ending,
  ): void {
    this.line({ method: series.method, name, label, seconds, waited: 0, peer, ending, ids, operation: kind });
  }

  private line(facts: Facts): void {
    const { method, name, label, seconds, waited, peer, ids } = facts;
    const { outcome, type, isRefused, status } = facts.ending;
    const level = isRefused && outcome !== 'ok' ? 'warn' : LEVELS[outcome];
    if (!this.logger.isLevelEnabled(level)) return;
    if (!this.mayWrite(type === '')) {
      this.onSampled();
      return;
    }
    const line: Record<string, unknown> = { 'mcp.method': method };
    if (name !== '') line['mcp.name'] = cut(name);
    if (facts.operation !== undefined) line.operation = facts.operation;
    line.outcome = outcome;
    if (type !== '') line.error_type = type;
    const error = type === '' ? undefined : failureOf(facts.exception, facts.answer, this.mayShow);
    if (error !== undefined) line.error = error;
    if (status !== undefined) line.http_status = status;
    line.duration_ms = Math.round(seconds * 1e6) / 1e3;
    if (waited > 0) line.waited_ms = Math.round(waited * 1e3) / 1e3;
    if (typeof peer.client === 'string') line.client = cut(peer.client);
    line.transport = peer.kind;
    // A request that was rejected before it reached a server belongs to no server.
    if (peer.number > 0) line.connection = peer.number;
    if (ids !== undefined) identify(line, ids);
    this.logger[level](line, label === '' ? method : `${method} ${label}`);
  }

  /** Failures have their own limit, so that a flood of successes does not hide them. */
  private mayWrite(ok: boolean): boolean {
    const now = performance.now();
    if (now >= this.windowEnd) {
      this.windowEnd = now + WINDOW_MS;
      this.succeeded = 0;
      this.failed = 0;
    }
    return (ok ? this.succeeded++ : this.failed++) < this.maxPerSecond;
  }
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
}
