import type { HttpExchange } from './exchange.js';

/** An answer that is told how many bytes it became. */
export interface Sized {
  sent(bytes: number): void;
}

/**
 * The POST exchanges that are open on one connection. As long as there was only one, an answer left by that; of
 * several at once nobody knows which.
 */
export class Carriers {
  private open = 0;
  private only: HttpExchange | undefined;

  /** @param refused called when an exchange on this connection is refused, of whatever method */
  constructor(readonly refused: () => void) {}

  opened(exchange: HttpExchange): void {
    this.only = this.open === 0 ? exchange : undefined;
    this.open++;
  }

  closed(): void {
    this.open--;
    if (this.open === 0) this.only = undefined;
  }

  answered(answer: Sized): void {
    this.only?.answeredBy(answer);
  }
}
