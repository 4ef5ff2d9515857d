import type { SpanContext } from '@opentelemetry/api';
import type { Exchange } from '../mcp/exchange.js';
import type { LongCall } from '../mcp/long-call.js';
import type { Peer } from '../mcp/peer.js';
import type { Message } from '../protocol/message.js';
import type { Ending, Outcome } from '../protocol/outcome.js';
import { failureOf } from './failure.js';
import type { RequestFacts, RequestLevel, RequestLines } from './request-fields.js';

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
} as const satisfies Record<Outcome, RequestLevel>;

const WINDOW_MS = 1_000;

/** Writes one line for each finished request, with a limit so that logging does not become the load. */
export class RequestLog {
  private windowEnd = 0;
  private succeeded = 0;
  private failed = 0;

  constructor(
    private readonly lines: RequestLines,
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
    const facts = { method: series.method, name, label, seconds, waited, peer, ending, ids: scope?.ids };
    this.line(facts, scope?.exception, answer);
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

  private line(facts: RequestFacts, exception?: unknown, answer?: Message): void {
    const { outcome, type, isRefused } = facts.ending;
    const level = isRefused && outcome !== 'ok' ? 'warn' : LEVELS[outcome];
    if (!this.lines.isEnabled(level)) return;
    if (!this.mayWrite(type === '')) {
      this.onSampled();
      return;
    }
    const error = type === '' ? undefined : failureOf(exception, answer, this.mayShow);
    this.lines.write(level, error === undefined ? facts : { ...facts, error });
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
