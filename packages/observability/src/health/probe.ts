import type { HealthCheck } from './check.js';
import { errorMessage, publicMessage } from './message.js';

/** How a check ended, in the shape that the health endpoint shows. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'error';
  readonly message?: string;
}

/** Told of every run that ended: its result, and how long it took. */
export type OnResult = (result: CheckResult, seconds: number) => void;

/**
 * Runs one check: at most once at a time whoever asks, for no longer than its timeout, and not again
 * while the last result is fresh. However many probes arrive, the database sees one question.
 */
export class Probe {
  /** The latest result; undefined before the first run has ended. */
  last: CheckResult | undefined;
  private freshUntil = 0;
  private pending: Promise<CheckResult> | undefined;
  /** Whether a run that timed out has still not settled; starting more would pile them up. */
  private stuck = false;

  constructor(
    readonly check: Required<HealthCheck>,
    private readonly cacheMs: number,
    private readonly onResult: OnResult,
  ) {}

  /** The result of the run in progress, the last one while it is fresh, or that of a new run. Never rejects. */
  result(): Promise<CheckResult> {
    if (this.pending) return this.pending;
    if (this.last && (this.stuck || performance.now() < this.freshUntil)) return Promise.resolve(this.last);
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
        this.stuck = true;
        resolve({ name, status: 'error', message });
        controller.abort(new Error(message));
      }, timeoutMs).unref();
      void this.outcome(controller.signal).then((result) => {
        clearTimeout(timer);
        this.stuck = false;
        resolve(result);
      });
    });
  }

  private async outcome(signal: AbortSignal): Promise<CheckResult> {
    const { name, run } = this.check;
    try {
      const value = await run(signal);
      const message = typeof value === 'string' ? publicMessage(value) : '';
      return { name, status: 'ok', ...(message && { message }) };
    } catch (error) {
      return { name, status: 'error', message: errorMessage(error) };
    }
  }
}
