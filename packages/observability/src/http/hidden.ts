/** The headers of an answer, of whatever kind. */
export interface AnswerHeaders {
  get(name: string): string | null;
}

/** A session that no transport of a server of ours stands for, to the exchanges that name it. */
export interface HiddenSession {
  /** An exchange with it begins. */
  began(): void;
  /** The server knows it. */
  used(): void;
  /** An exchange with it has ended. */
  ended(): void;
  /** The server has ended it, or knows it no more. */
  forgotten(): void;
}

/** Who keeps the sessions that are seen by nothing but what their exchanges say. */
export interface HiddenSessions {
  readonly isEmpty: boolean;
  /** POST exchanges in progress, each of which may yet carry a handshake. */
  posts: number;
  /** When a connection without a session of its own has last answered a handshake. */
  readonly introducedAt: number;
  find(id: string): HiddenSession | undefined;
  /**
   * The answer to a POST has given an id to a client that did not have it.
   *
   * @param startedAt when the exchange began
   */
  given(id: string, startedAt: number): void;
}
