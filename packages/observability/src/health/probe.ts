import type { HealthCheck } from './check.js';
import { errorMessage, publicMessage } from './message.js';
import { type Reason, reasonOfFailure } from './reason.js';

/** How a check ended. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'error';
  /** Why the check failed. */
  readonly reason?: Reason;
  /** The message of the check, without secrets. It may name hosts, users and paths. */
  readonly message?: string;
}

/** Called after every run, with its result and duration. */
export type OnResult = (result: CheckResult, seconds: number) => void;

/** How many runs may hang before new runs start less often. */
const MAX_HANGING = 3;
/** After how many timeouts the next run starts while one hangs. One lost answer must not fail the check for ever. */
const RETRY_AFTER = 10;
/** The same when the maximum number of runs hang: rare enough not to pile up, but not never. */
const RETRY_LATE = 1_000;

/**
 * Runs one check: one run at a time, no longer than its timeout, and not again while the last result is fresh. However many
 * probes arrive, the database gets one query.
 */
export class Probe {
  /** The latest result; undefined until the first run ended. */
  last: CheckResult | undefined;
  private freshUntil = 0;
  private pending: Promise<CheckResult> | undefined;
  /** Runs that timed out and still have not settled. */
  private readonly hanging = new Set<AbortController>();
  private retryAt = 0;

  constructor(
    readonly check: Required<HealthCheck>,
    private readonly cacheMs: number,
    private readonly onResult: OnResult,
  ) {}

  /** Returns the result of the run in progress, the last result if it is fresh, or the result of a new run. Never rejects. */
  result(): Promise<CheckResult> {
    if (this.pending) return this.pending;
    if (this.last && performance.now() < Math.max(this.freshUntil, this.retryAt))
      return Promise.resolve(this.last);
    this.pending = this.run();
    return this.pending;
  }

  private async run(): Promise<CheckResult> {
    const start = performance.now();
    const result = await this.attempt();
    const end = performance.now();
    this.last = result;
    this.freshUntil = end + this.cacheMs;
    this.pending = undefined;
    this.onResult(result, (end - start) / 1000);
    return result;
  }

  private attempt(): Promise<CheckResult> {
    const { name, timeoutMs } = this.check;
    const controller = new AbortController();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const message = `timed out after ${timeoutMs} ms`;
        this.hangs(controller);
        resolve({ name, status: 'error', reason: 'timeout', message });
        controller.abort(new Error(message));
      }, timeoutMs).unref();
      void this.outcome(controller.signal).then((result) => {
        clearTimeout(timer);
        this.settled(controller);
        resolve(result);
      });
    });
  }

  private hangs(run: AbortController): void {
    this.hanging.add(run);
    const [oldest] = this.hanging;
    if (this.hanging.size > MAX_HANGING && oldest) this.hanging.delete(oldest);
    const factor = this.hanging.size < MAX_HANGING ? RETRY_AFTER : RETRY_LATE;
    this.retryAt = performance.now() + (factor - 1) * this.check.timeoutMs;
  }

  /** A run settled, in time or late. So the dependency answers, and the next run may start. */
  private settled(run: AbortController): void {
    // If a run settled in time, the answers to earlier runs are lost.
    if (!this.hanging.delete(run)) this.hanging.clear();
    this.retryAt = 0;
  }

  private async outcome(signal: AbortSignal): Promise<CheckResult> {
    const { name, run } = this.check;
    try {
      const value = await run(signal);
      const message = typeof value === 'string' ? publicMessage(value) : '';
      return { name, status: 'ok', ...(message && { message }) };
    } catch (error) {
      return { name, status: 'error', reason: reasonOfFailure(error), message: errorMessage(error) };
    }
  }
}
