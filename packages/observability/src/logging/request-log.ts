import { trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Exchange } from '../mcp/exchange.js';
import type { Ending, Outcome } from '../mcp/outcome.js';
import type { Peer } from '../mcp/peer.js';

/** A failure of the server is an error, a call that failed is worth a look, all else is information. */
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

/** One line for each finished request, and never so many that logging becomes the load. */
export class RequestLog {
  private windowEnd = 0;
  private succeeded = 0;
  private failed = 0;

  constructor(
    private readonly logger: Logger,
    /** Lines a second, of requests that ended without an error and of those with one each. */
    private readonly maxPerSecond: number,
    private readonly onSampled: () => void,
  ) {}

  write(
    exchange: Exchange,
    label: string,
    seconds: number,
    peer: Peer,
    { outcome, type, isRefused, status }: Ending,
  ): void {
    const level = isRefused && outcome !== 'ok' ? 'warn' : LEVELS[outcome];
    if (!this.logger.isLevelEnabled(level)) return;
    if (!this.mayWrite(type === '')) {
      this.onSampled();
      return;
    }
    const { method } = exchange.series;
    const line: Record<string, unknown> = { 'mcp.method': method };
    if (exchange.name !== '') line['mcp.name'] = cut(exchange.name);
    line.outcome = outcome;
    if (type !== '') line.error_type = type;
    if (status !== undefined) line.http_status = status;
    line.duration_ms = Math.round(seconds * 1e6) / 1e3;
    if (exchange.waited > 0) line.waited_ms = Math.round(exchange.waited * 1e3) / 1e3;
    if (typeof peer.client === 'string') line.client = cut(peer.client);
    line.transport = peer.kind;
    // A request that was refused at the door belongs to none.
    if (peer.number > 0) line.connection = peer.number;
    // Also where contexts only flow through, and when nobody runs inside the request any more.
    const context = exchange.scope?.context;
    const ids = context && trace.getSpanContext(context);
    if (ids !== undefined) {
      line.trace_id = ids.traceId;
      line.span_id = ids.spanId;
    }
    this.logger[level](line, label === '' ? method : `${method} ${label}`);
  }

  /** Failures have a share of their own: a flood of successes must not hide them. */
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
