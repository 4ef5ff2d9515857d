import type { RequestHead } from './request-head.js';

/** An answer that wants to know its size. */
export interface Sized {
  /** @param bytes size of the body that carried it */
  sent(bytes: number): void;
}

/** An exchange, as its connection uses it. */
interface Carrier {
  readonly request: RequestHead;
  answeredBy(answer: Sized): void;
}

/** The connection. */
export interface CarriersListener {
  /** Undefined unless its transport belongs to one session. */
  readonly sessionId: string | undefined;
  /**
   * A POST has come; messages come by no other exchange.
   *
   * @param isOnly whether no other is open, so that it is known which one a message came by
   */
  cameBy(request: RequestHead, isOnly: boolean): void;
  refused(): void;
  /** The last open exchange was closed. */
  exchangeClosed(): void;
}

/**
 * The POST exchanges that are open on one connection. While only one is open, every answer is sent in that one.
 * With several, it is unknown which of them carries an answer.
 */
export class Carriers {
  private open = 0;
  private only: Carrier | undefined;

  constructor(private readonly listener: CarriersListener) {}

  get isSession(): boolean {
    return this.listener.sessionId !== undefined;
  }

  /** An exchange of this connection was refused, whatever its method. */
  refused(): void {
    this.listener.refused();
  }

  opened(exchange: Carrier): void {
    const isOnly = this.open === 0;
    this.only = isOnly ? exchange : undefined;
    this.open++;
    this.listener.cameBy(exchange.request, isOnly);
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
