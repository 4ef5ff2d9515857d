import { transportErrorType } from '../protocol/outcome.js';
import type { Recorder } from './facts.js';

/** Of a transport that is told of more at once, all is counted at once. */
const MAX_HELD = 1_000;

/**
 * The trouble that a transport reports. SDKs report there too what they refuse, just before the answer that says so or just
 * after it, and a refused exchange is counted as such: what comes with such an answer is no trouble of the transport.
 */
export class Failures {
  /** How many there were, refusals too. */
  count = 0;
  last: unknown;
  private held = 0;
  /** Refusals of this turn of the event loop that nothing was reported of yet. */
  private refusals = 0;

  /** @param areRefusalsSeen whether somebody tells of the refusals */
  constructor(
    private readonly recorder: Recorder,
    private readonly areRefusalsSeen: boolean,
  ) {}

  add(error: unknown): void {
    this.count++;
    this.last = error;
    const type = transportErrorType(error);
    if (type === 'parse' || !this.areRefusalsSeen || this.held === MAX_HELD)
      this.recorder.transportFailed(type);
    else if (this.refusals > 0) this.refusals--;
    else {
      this.held++;
      // The answer leaves in this turn of the event loop, or it has nothing to do with it.
      setImmediate(() => this.letGo());
    }
  }

  /** The server drops a message, for it is none; it tells only its application. */
  unreadable(): void {
    this.recorder.transportFailed('parse');
  }

  /** An exchange on this connection is refused. */
  refused(): void {
    if (this.held > 0) this.held--;
    else if (this.refusals++ === 0)
      setImmediate(() => {
        this.refusals = 0;
      });
  }

  private letGo(): void {
    if (this.held === 0) return;
    this.held--;
    try {
      this.recorder.transportFailed('transport');
    } catch {
      this.recorder.dropped('internal_error');
    }
  }
}
