import type { Exchange } from './exchange.js';
import type { Series } from './series.js';

/** A request that waits for one answer of its client. */
export interface Wait {
  readonly exchange: Exchange;
  readonly use: number;
}

interface Recorder {
  waitStarted(series: Series): void;
  waitEnded(series: Series): void;
}

/**
 * Takes the time that requests wait for their client: people take minutes, and that is not the server's latency. Several
 * questions at once are waited for together, so that what counts is the union of their times.
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

  /** An answer came, or will not come any more. The request may have ended before. */
  ended({ exchange, use }: Wait, now: number): void {
    if (exchange.use !== use || exchange.waits === 0) return;
    if (--exchange.waits === 0) this.add(exchange, now);
  }

  /** The request has ended, whatever it still waits for. */
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
