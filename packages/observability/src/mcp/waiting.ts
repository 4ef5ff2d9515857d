import type { Exchange } from './exchange.js';
import type { Series } from './series.js';

/** A request while it waits for one answer of its client. */
export interface Wait {
  readonly exchange: Exchange;
  readonly use: number;
}

interface Recorder {
  waitStarted(series: Series): void;
  waitEnded(series: Series): void;
}

/**
 * Measures how long requests wait for their client. People take minutes, and that is not latency of the server. Several
 * questions may wait at once, so the union of their times counts.
 */
export class Waiting {
  constructor(private readonly recorder: Recorder) {}

  started(exchange: Exchange, now: number): Wait {
    if (exchange.waits++ === 0) {
      exchange.waitingSince = now;
      this.recorder.waitStarted(exchange.series);
    }
    return { exchange, use: exchange.use };
  }

  /** An answer arrived, or can't arrive any more. The request may have ended before. */
  ended({ exchange, use }: Wait, now: number): void {
    if (exchange.use !== use || exchange.waits === 0) return;
    if (--exchange.waits === 0) this.add(exchange, now);
  }

  /** The request ended, even if it still waits. */
  requestEnded(exchange: Exchange, now: number): void {
    if (exchange.waits === 0) return;
    exchange.waits = 0;
    this.add(exchange, now);
  }

  private add(exchange: Exchange, now: number): void {
    exchange.waited += now - exchange.waitingSince;
    this.recorder.waitEnded(exchange.series);
  }
}
