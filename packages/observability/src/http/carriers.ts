import type { HttpExchange } from './exchange.js';

/** An answer that is told how many bytes it became. */
export interface Sized {
  sent(bytes: number): void;
}

/** The connection. */
export interface CarriersListener {
  /** Of a transport that stands for one session. */
  readonly sessionId: string | undefined;
  refused(): void;
  /** None is open any more. */
  exchangeClosed(): void;
}

/**
 * The POST exchanges that are open on one connection. As long as there was only one, an answer left by that; of
 * several at once nobody knows which.
 */
export class Carriers {
  private open = 0;
  private only: HttpExchange | undefined;

  constructor(private readonly listener: CarriersListener) {}

  get isSession(): boolean {
    return this.listener.sessionId !== undefined;
  }

  /** An exchange on this connection is refused, of whatever method. */
  refused(): void {
    this.listener.refused();
  }

  opened(exchange: HttpExchange): void {
    this.only = this.open === 0 ? exchange : undefined;
    this.open++;
  }

  closed(): void {
    this.open--;
    if (this.open > 0) return;
    this.only = undefined;
    this.listener.exchangeClosed();
  }

  answered(answer: Sized): void {
    this.only?.answeredBy(answer);
  }
}
