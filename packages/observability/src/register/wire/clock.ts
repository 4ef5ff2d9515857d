import type { Time } from '../../proxy/observer.js';

/** The present time, or the time of the recorded event that is replayed. */
export class Clock implements Time {
  private at: number | undefined;

  now(): number {
    return this.at ?? performance.now();
  }

  readonly set = (at: number | undefined): void => {
    this.at = at;
  };
}
