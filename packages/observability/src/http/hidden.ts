/** The headers of an answer, whichever class they have. */
export interface AnswerHeaders {
  get(name: string): string | null;
}

/** A session that has no transport of its own. It is known only from the exchanges that name it. */
export interface HiddenSession {
  /** An exchange of the session began. */
  began(): void;
  /** The server accepted the session. */
  used(): void;
  /** An exchange of the session ended. */
  ended(): void;
  /** The server ended the session, or does not know it any more. */
  forgotten(): void;
}

/** The sessions that are known only from their exchanges. */
export interface HiddenSessions {
  readonly isEmpty: boolean;
  /** POST exchanges in progress. Each of them may carry a handshake. */
  posts: number;
  /** When a connection without a session last answered a handshake. */
  readonly introducedAt: number;
  find(id: string): HiddenSession | undefined;
  /**
   * The answer to a POST gave a client a session id that it did not have.
   *
   * @param startedAt when the exchange began
   */
  given(id: string, startedAt: number): void;
}
