import { transportErrorType } from '../protocol/outcome.js';
import type { Recorder } from './facts.js';

/** When a transport has more than this at once, all of them are counted at once. */
const MAX_HELD = 1_000;

/**
 * The errors that a transport reports. SDKs also report refused requests there, just before or just after the answer. A
 * refused exchange is counted as refused, so an error that comes with such an answer is no error of the transport.
 */
export class Failures {
  /** How many errors there were, including refusals. */
  count = 0;
  last: unknown;
  private held = 0;
  /** Refusals in this turn of the event loop for which no error was reported yet. */
  private refusals = 0;

  /** @param areRefusalsSeen whether refusals are reported to this object */
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
      // An answer that belongs to the error is sent in the same turn of the event loop.
      setImmediate(() => this.letGo());
    }
  }

  /** The server drops an invalid message, and tells only its application. */
  unreadable(): void {
    this.recorder.transportFailed('parse');
  }

  /** An exchange of this connection was refused. */
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
