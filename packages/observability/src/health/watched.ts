import type { Logger } from 'pino';
import { logWarning } from '../codes/tell.js';
import type { Families } from '../metrics/families.js';
import type { HealthCheck } from './check.js';
import { disk, eventLoop, memory } from './checks.js';
import { Health } from './health.js';
import type { CheckResult } from './probe.js';

interface HealthConfig {
  readonly cacheMs: number;
  readonly checks: readonly HealthCheck[];
}

/** Creates the health of a server, with the checks that every server has and those of its options. */
export function watchedHealth(families: Families, { cacheMs, checks }: HealthConfig, log: Logger): Health {
  const health = new Health(families, { cacheMs, onChange: (result) => changed(log, result) });
  for (const check of [disk(), memory(), eventLoop(), ...checks]) health.add(check);
  return health;
}

/** Logs the message of a check for operators, since the health routes only show the result. */
function changed(log: Logger, { name: check, status, reason, message }: CheckResult): void {
  if (status === 'ok') log.info({ check }, `health check ${check} passes again`);
  else
    logWarning(log, 'PMCP_W_HEALTH_CHECK_FAILED', `health check ${check} failed: ${message}`, {
      check,
      reason,
    });
}
