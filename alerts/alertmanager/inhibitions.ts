/** Alerts that explain others, and suppress their notifications. */
interface Inhibition {
  /** Names of alerts, or patterns of them. */
  readonly source: readonly string[];
  /** Names or patterns of the alerts that they explain. */
  readonly target: readonly string[];
  /** Labels that must be the same on both. A label that is missing on both counts as the same. */
  readonly equal: readonly string[];
  /** A label that the source must have. Without it, it is unknown whether the two belong together. */
  readonly needs?: string;
}

const PLACE = ['cluster', 'namespace'];
const DATABASES = ['PmcpPostgresDown', 'PmcpRedisDown'];

/** @param by the labels that distinguish servers */
export function inhibitions(by: readonly string[]): Inhibition[] {
  return [
    {
      source: ['PmcpAllTargetsDown'],
      target: [
        'PmcpTargetDown',
        'PmcpNotReady',
        'PmcpHealthCheckFailing',
        'PmcpRequestsStuck',
        'PmcpScrapeSlow',
        'PmcpRestartLoop',
      ],
      equal: by,
    },
    {
      source: ['PmcpTargetDown'],
      target: ['PmcpNotReady', 'PmcpHealthCheckFailing', 'PmcpEventLoopBlocked', 'PmcpScrapeSlow'],
      equal: [...new Set([...by, 'instance'])],
    },
    { source: ['PmcpNoneReady'], target: ['PmcpNotReady'], equal: by },
    { source: ['PmcpCrashLoop'], target: ['PmcpRestartLoop'], equal: [...PLACE, 'pod'] },
    { source: DATABASES, target: ['PmcpHealthCheckFailing', 'PmcpNotReady'], equal: PLACE },
    // Alerts about users' problems are only suppressed if the namespace of the database is known.
    { source: DATABASES, target: ['PmcpToolErrors', 'Pmcp.+BurnSlow'], equal: PLACE, needs: 'namespace' },
    { source: ['Pmcp.+BurnFast'], target: ['Pmcp.+BurnSlow'], equal: [...by, 'slo', 'name'] },
    { source: ['PmcpLatencyBurnFast'], target: ['PmcpToolSlow'], equal: by },
    { source: ['PmcpAvailabilityBurnFast'], target: ['PmcpHttpErrors'], equal: by },
    // If everything fails, streams fail too.
    {
      source: ['PmcpAvailabilityBurnFast', 'PmcpHttpErrors'],
      target: ['PmcpSubscriptionsRefused'],
      equal: by,
    },
    { source: ['PmcpSubscriptionsRefused'], target: ['PmcpSubscriptionsNearLimit'], equal: by },
    { source: ['PmcpToolSuccessBurnFast'], target: ['PmcpToolErrors'], equal: by },
    { source: ['PmcpBackupTooOld'], target: ['PmcpBackupFailed'], equal: [...PLACE, 'job_name'] },
    { source: ['PmcpRestoreTooOld'], target: ['PmcpRestoreFailed'], equal: [...PLACE, 'job_name'] },
  ];
}

/** Returns an inhibition in the form of Alertmanager. */
export function inhibitRule({ source, target, equal, needs }: Inhibition): object {
  return {
    source_matchers: [named(source), ...(needs === undefined ? [] : [`${needs}!=""`])],
    target_matchers: [named(target)],
    equal: [...equal],
  };
}

function named(names: readonly string[]): string {
  const [only = '', ...others] = names;
  return others.length === 0 && /^\w+$/.test(only)
    ? `alertname="${only}"`
    : `alertname=~"${names.join('|')}"`;
}
