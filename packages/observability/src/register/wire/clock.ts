import type { Time } from '../../proxy/observer.js';

/** The time, or that at which what is told now has passed. */
export class Clock implements Time {
  private at: number | undefined;

  now(): number {
    return this.at ?? performance.now();
  }

  readonly set = (at: number | undefined): void => {
    this.at = at;
  };
}
