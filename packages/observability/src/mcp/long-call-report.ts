import type { Ending } from '../protocol/outcome.js';
import type { Follower, Recorder } from './facts.js';
import type { LongCall, LongCallKind, LongCallObserver } from './long-call.js';

/** Tells metrics, spans and log of calls that go on after their first answer. */
export class LongCallReport implements LongCallObserver {
  constructor(
    private readonly recorder: Recorder,
    /** Asked each time, because what follows requests is decided late. */
    private readonly follower: () => Follower | undefined,
  ) {}

  longCallBegan(kind: LongCallKind): void {
    this.recorder.longCallBegan(kind);
  }

  longCallLeft(kind: LongCallKind): void {
    this.recorder.longCallLeft(kind);
  }

  longCallEnded(call: LongCall, ending: Ending | undefined, at: number): void {
    const { name } = this.recorder.longCallEnded(call, ending, at);
    // The last of several rounds is a request with a span and a line of its own.
    if (call.kind !== 'task' || ending === undefined) return;
    try {
      this.follower()?.taskEnded(call, name, ending, at);
    } catch {
      this.recorder.dropped('internal_error');
    }
  }
}
