import type { BodyKind, ExchangeReason } from '../../http/listener.js';
import type { HttpRecorder } from '../../mcp/facts.js';
import type { Time } from '../observer.js';

/**
 * Reports one HTTP exchange, once it is known to be with an endpoint that serves MCP: when its answer began,
 * how long the answer was, and how the exchange ended. The end is reported exactly once.
 */
export class Account {
  private readonly startedAt: number;
  private isOurs = false;
  private kind: BodyKind = 'other';
  private status: number | undefined;
  private firstByteSeconds: number | undefined;
  /** Bytes that were not reported yet. */
  private bytes = 0;
  private reason: ExchangeReason | undefined;
  private isClosed = false;

  constructor(
    private readonly recorder: HttpRecorder,
    private readonly method: string,
    private readonly time: Time,
  ) {
    this.startedAt = time.now();
  }

  /** The exchange is known to be with an endpoint that serves MCP. */
  belongs(): void {
    this.isOurs = true;
    this.tell();
  }

  get isWithServer(): boolean {
    return this.isOurs;
  }

  began(status: number, contentType: string): void {
    this.status = status;
    this.kind = kindOf(contentType);
    this.firstByteSeconds = (this.time.now() - this.startedAt) / 1000;
    this.tell();
  }

  wrote(bytes: number): void {
    this.bytes += bytes;
    if (this.isOurs) this.tell();
  }

  /** @param status the proxy's own status, if no server answered */
  ended(reason: ExchangeReason, status = this.status): void {
    this.status = status;
    this.reason ??= reason;
    this.tell();
  }

  private tell(): void {
    if (!this.isOurs) return;
    const { recorder, method, bytes, reason, firstByteSeconds } = this;
    if (firstByteSeconds !== undefined) recorder.firstByte(method, firstByteSeconds);
    this.firstByteSeconds = undefined;
    if (bytes > 0) recorder.written(this.kind, bytes);
    this.bytes = 0;
    if (reason === undefined || this.isClosed) return;
    this.isClosed = true;
    recorder.exchangeEnded(method, this.status, reason);
  }
}

function kindOf(contentType: string): BodyKind {
  if (/^application\/json\b/i.test(contentType)) return 'json';
  return /^text\/event-stream\b/i.test(contentType) ? 'stream' : 'other';
}
