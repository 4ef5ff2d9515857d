import { createHook } from 'node:async_hooks';

/** A request as text. Equal for equal methods and names. */
export interface Activity {
  readonly method: string;
  readonly name: string;
}

/** More changes than a busy server has in a minute. Time after that belongs to no request. */
const MAX_CHANGES = 5_000_000;

/**
 * Which request the process worked for at every moment from `start` to `stop`, across awaits. Each turn of a handler is a change.
 * It uses the clock of the profiler's samples.
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

  /** @returns a function of a time in microseconds. Times must be passed in ascending order */
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
