import { setImmediate } from 'node:timers/promises';

/** How long rendering may block the event loop at once. */
const SLICE_MS = 1;

/** Lets rendering take turns with all other work of the process. */
export class Pace {
  private end = performance.now() + SLICE_MS;

  /** Whether it is time to let other work run. */
  get isSpent(): boolean {
    return performance.now() > this.end;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + SLICE_MS;
  }
}
