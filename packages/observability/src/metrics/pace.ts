import { setImmediate } from 'node:timers/promises';

/** How long rendering may hold the event loop before it lets others run. */
const SLICE_MS = 1;

/** Takes turns with everything else that the process has to do. */
export class Pace {
  private end = performance.now() + SLICE_MS;

  /** Whether it is the turn of others. */
  get isSpent(): boolean {
    return performance.now() > this.end;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + SLICE_MS;
  }
}
