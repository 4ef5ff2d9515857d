import { createHook } from 'node:async_hooks';

/** What runs for whom; the same text for the same method and name. */
export interface Activity {
  readonly method: string;
  readonly name: string;
}

/** More changes than a minute of a busy server has; those after are nobody's. */
const MAX_CHANGES = 5_000_000;

/**
 * Which request the process worked for, at every moment from `start` to `stop`, across awaits. Each turn of a handler is a change;
 * by the clock that samples of the profiler go by.
 */
export class Timeline {
  private readonly times: number[] = [];
  private readonly activities: (Activity | undefined)[] = [];
  private last: Activity | undefined;
  private readonly hook = createHook({
    before: () => this.changed(this.current()),
    after: () => this.changed(undefined),
  });

  constructor(private readonly current: () => Activity | undefined) {}

  start(): void {
    this.hook.enable();
  }

  stop(): void {
    this.hook.disable();
  }

  /** @returns a function of times in microseconds, which are asked for in ascending order */
  reader(): (at: number) => Activity | undefined {
    const { times, activities } = this;
    let next = 0;
    return (at) => {
      while (next < times.length && (times[next] ?? 0) <= at) next++;
      return next === 0 ? undefined : activities[next - 1];
    };
  }

  private changed(activity: Activity | undefined): void {
    if (activity === this.last || this.times.length >= MAX_CHANGES) return;
    this.last = activity;
    this.times.push(Number(process.hrtime.bigint() / 1000n));
    this.activities.push(activity);
  }
}
