/** Alerts that explain others, and keep them from being told. */
interface Inhibition {
  /** Names of alerts, or patterns of them. */
  readonly source: readonly string[];
  /** What they explain. */
  readonly target: readonly string[];
  /** What must be the same for both; a label that neither has is. */
  readonly equal: readonly string[];
  /** A label without which nobody knows whether the one is about the other. */
  readonly needs?: string;
}

const PLACE = ['cluster', 'namespace'];
const DATABASES = ['PmcpPostgresDown', 'PmcpRedisDown'];

/** @param by the labels that tell one server from another */
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
    // What users feel is kept back only for a database that is known to be near.
    { source: DATABASES, target: ['PmcpToolErrors', 'Pmcp.+BurnSlow'], equal: PLACE, needs: 'namespace' },
    { source: ['Pmcp.+BurnFast'], target: ['Pmcp.+BurnSlow'], equal: [...by, 'slo', 'name'] },
    { source: ['PmcpLatencyBurnFast'], target: ['PmcpToolSlow'], equal: by },
    { source: ['PmcpAvailabilityBurnFast'], target: ['PmcpHttpErrors'], equal: by },
    // Where everything fails, so do streams.
    {
      source: ['PmcpAvailabilityBurnFast', 'PmcpHttpErrors'],
      target: ['PmcpSubscriptionsRefused'],
      equal: by,
    },
    { source: ['PmcpSubscriptionsRefused'], target: ['PmcpSubscriptionsNearLimit'], equal: by },
    { source: ['PmcpToolSuccessBurnFast'], target: ['PmcpToolErrors'], equal: by },
    { source: ['PmcpBackupTooOld'], target: ['PmcpBackupFailed'], equal: [...PLACE, 'job_name'] },
  ];
}

/** The same as Alertmanager has it. */
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
