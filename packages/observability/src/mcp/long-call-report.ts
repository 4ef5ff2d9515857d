import type { Ending } from '../protocol/outcome.js';
import type { Follower, Recorder } from './facts.js';
import type { LongCall, LongCallKind, LongCallObserver } from './long-call.js';

/** Reports to metrics, spans and logs the calls that continue after their first answer. */
export class LongCallReport implements LongCallObserver {
  constructor(
    private readonly recorder: Recorder,
    /** Asked each time, since traces and logs may start later. */
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
    // The last of several rounds is a request that has its own span and log line.
    if (call.kind !== 'task' || ending === undefined) return;
    try {
      this.follower()?.taskEnded(call, name, ending, at);
    } catch {
      this.recorder.dropped('internal_error');
    }
  }
}
