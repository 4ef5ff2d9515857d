import { unexpected } from '../expect.js';
import type { Families } from '../metrics/families.js';
import { type HealthCheck, resolveCheck } from './check.js';
import { type CheckResult, Probe } from './probe.js';

/** Each check is a series and a call on every probe, so more than this is a mistake. */
const MAX_CHECKS = 50;

/**
 * What `/health` answers.
 *
 * @example
 * ```ts
 * import { createObservability, type HealthReport } from '@pmcp/observability';
 *
 * const report: HealthReport = await createObservability().health.report();
 * const failing = report.checks.filter(({ status }) => status !== 'ok').map(({ name }) => name);
 * ```
 */
export interface HealthReport {
  readonly status: 'healthy' | 'unhealthy';
  readonly checks: readonly CheckResult[];
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/**
 * What `/health/ready` answers.
 *
 * @example
 * ```ts
 * import { createObservability, type Readiness } from '@pmcp/observability';
 *
 * const readiness: Readiness = await createObservability().health.readiness();
 * if (!readiness.ready) console.error('not ready', readiness.checks);
 * ```
 */
export interface Readiness {
  readonly ready: boolean;
  /** Whether the server is shutting down. It never becomes ready again. */
  readonly stopping: boolean;
  /** The checks that gate readiness. */
  readonly checks: readonly CheckResult[];
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

export interface HealthOptions {
  /** For how many milliseconds the result of a check is reused. Default: 1000. */
  readonly cacheMs?: number;
  /** Called when a check starts to fail, or passes again. */
  readonly onChange?: (result: CheckResult) => void;
}

/**
 * The health of the server: your checks, and whether the server accepts work. Checks run when they are requested,
 * all at once, each with its own time limit. No method except `add` throws, and no promise rejects.
 *
 * @example
 * ```ts
 * import { createObservability, type Health } from '@pmcp/observability';
 *
 * const health: Health = createObservability().health;
 * health.add({ name: 'queue', run: () => 'empty' });
 * ```
 */
export class Health {
  private readonly probes = new Map<string, Probe>();
  private readonly readySlot: number;
  private readonly cacheMs: number;
  private readonly onChange: (result: CheckResult) => void;
  private stopping = false;

  constructor(
    private readonly families: Pick<Families, 'ready' | 'healthCheckUp' | 'healthCheckDuration'>,
    { cacheMs = 1_000, onChange = () => {} }: HealthOptions = {},
  ) {
    this.cacheMs = cacheMs;
    this.onChange = onChange;
    this.readySlot = families.ready.slot();
    this.updateReady();
  }

  /**
   * Registers a check. It runs from the next probe or scrape on.
   *
   * @throws TypeError for a bad definition, a name that is taken, or more than 50 checks
   */
  add(check: HealthCheck): void {
    const resolved = resolveCheck(check);
    const { name } = resolved;
    if (this.probes.has(name)) throw unexpected('check.name', 'different for each check', name);
    if (this.probes.size >= MAX_CHECKS)
      throw unexpected('health checks', `at most ${MAX_CHECKS}`, MAX_CHECKS + 1);
    const up = this.families.healthCheckUp.slot(name);
    const duration = this.families.healthCheckDuration.slot(name);
    let was = 'ok';
    const probe = new Probe(resolved, this.cacheMs, (result, seconds) => {
      this.families.healthCheckUp.set(up, result.status === 'ok' ? 1 : 0);
      this.families.healthCheckDuration.observe(duration, seconds);
      this.updateReady();
      if (result.status !== was) this.tell(result);
      was = result.status;
    });
    this.probes.set(name, probe);
    this.updateReady();
  }

  private tell(result: CheckResult): void {
    try {
      this.onChange(result);
    } catch {
      // The callback failed. The result of the check is valid all the same.
    }
  }

  /** Returns the result of every check, in the order of registration. */
  async report(): Promise<HealthReport> {
    const checks = await Promise.all([...this.probes.values()].map((probe) => probe.result()));
    return { status: checks.every(isOk) ? 'healthy' : 'unhealthy', checks, timestamp: now() };
  }

  /** Returns whether the server accepts work: it is not stopping, and every check that gates readiness passed. */
  async readiness(): Promise<Readiness> {
    const checks = this.stopping ? [] : await Promise.all(this.gates().map((probe) => probe.result()));
    // Read after the wait, so that stop() also applies to requests that were already waiting.
    const { stopping } = this;
    return { ready: !stopping && checks.every(isOk), stopping, checks, timestamp: now() };
  }

  /** Starts the checks whose results are stale, and does not wait: a scrape shows the results from before. */
  refresh(): void {
    for (const probe of this.probes.values()) void probe.result();
  }

  /** Makes the server unready, at once and for good. Its checks and its liveness continue. */
  stop(): void {
    this.stopping = true;
    this.updateReady();
  }

  /** Stops what checks do between their runs. */
  close(): void {
    for (const { check } of this.probes.values()) {
      try {
        check.close();
      } catch {
        // The check is stopped all the same.
      }
    }
  }

  private gates(): Probe[] {
    return [...this.probes.values()].filter((probe) => probe.check.gatesReadiness);
  }

  /** A check that has not run yet counts as failed, since it is unknown whether the server can work. */
  private updateReady(): void {
    const ready = !this.stopping && this.gates().every((probe) => probe.last && isOk(probe.last));
    this.families.ready.set(this.readySlot, ready ? 1 : 0);
  }
}

function isOk(result: CheckResult): boolean {
  return result.status === 'ok';
}

function now(): string {
  return new Date().toISOString();
}
