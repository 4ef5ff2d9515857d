import type { Duration } from '../prometheus/promql.js';
import { type Receivers, receivers } from './alertmanager/receivers.js';
import { scaled } from './duration.js';
import { SERVER_LABELS, SEVERITIES } from './options.js';
import type { Severity } from './rule.js';

export interface AlertmanagerOptions {
  readonly receivers: Receivers;
  /** The labels that tell one server from another, as in the rules. */
  readonly by?: readonly string[];
  /** What each severity is called, as in the rules. */
  readonly severities?: Readonly<Record<Severity, string>>;
  /** When warnings and infos are delivered; critical alerts always are. Time zone of the Alertmanager is UTC unless named. */
  readonly officeHours?: OfficeHours;
  readonly resolveTimeout?: Duration;
  /** Multiplies every duration, as in the rules. */
  readonly scale?: number;
  /** The files with templates of messages. */
  readonly templates?: readonly string[];
}

interface OfficeHours {
  readonly weekdays: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const OFFICE_HOURS = 'office-hours';

/** The names of the receivers that routes lead to. */
export const ROUTES = { critical: 'page', warning: 'ticket', info: 'none', watchdog: 'watchdog' } as const;

/** A configuration of Alertmanager, as data. */
export function alertmanagerConfig(options: AlertmanagerOptions): object {
  const {
    by = SERVER_LABELS,
    severities = SEVERITIES,
    officeHours,
    templates = ['*.tmpl'],
    scale = 1,
  } = options;
  return {
    global: { resolve_timeout: scaled(options.resolveTimeout ?? '5m', scale) },
    templates,
    route: route(by, severities, scale, officeHours !== undefined),
    inhibit_rules: inhibitions(by),
    ...(officeHours && { time_intervals: [interval(officeHours)] }),
    receivers: receivers(options.receivers),
  };
}

function route(
  by: readonly string[],
  severities: Readonly<Record<Severity, string>>,
  scale: number,
  hasOfficeHours: boolean,
): object {
  const severity = (name: Severity) => [`severity=${JSON.stringify(severities[name])}`];
  const time = (duration: Duration): Duration => scaled(duration, scale);
  const hours = hasOfficeHours ? { active_time_intervals: [OFFICE_HOURS] } : {};
  return {
    receiver: ROUTES.warning,
    group_by: ['alertname', ...by],
    group_wait: time('30s'),
    group_interval: time('5m'),
    repeat_interval: time('12h'),
    routes: [
      {
        // Whoever waits for it takes silence for death, so it must come often and alone.
        matchers: ['alertname="Watchdog"'],
        receiver: ROUTES.watchdog,
        group_by: ['alertname'],
        group_wait: '0s',
        group_interval: time('1m'),
        repeat_interval: time('5m'),
      },
      {
        matchers: severity('critical'),
        receiver: ROUTES.critical,
        group_wait: time('10s'),
        repeat_interval: time('4h'),
      },
      { matchers: severity('warning'), receiver: ROUTES.warning, ...hours },
      { matchers: severity('info'), receiver: ROUTES.info },
    ],
  };
}

interface Inhibition {
  /** Alerts that explain others. */
  readonly source: string;
  /** What they explain. */
  readonly target: string;
  readonly equal: readonly string[];
}

function inhibitions(by: readonly string[]): object[] {
  const table: readonly Inhibition[] = [
    {
      source: 'alertname="PmcpAllTargetsDown"',
      target:
        'alertname=~"PmcpTargetDown|PmcpNotReady|PmcpHealthCheckFailing|PmcpRequestsStuck|PmcpScrapeSlow"',
      equal: by,
    },
    {
      source: 'alertname="PmcpTargetDown"',
      target: 'alertname=~"PmcpNotReady|PmcpHealthCheckFailing|PmcpEventLoopBlocked|PmcpScrapeSlow"',
      equal: [...by, 'instance'],
    },
    {
      source: 'alertname=~"PmcpPostgresDown|PmcpRedisDown"',
      target: 'alertname=~"PmcpHealthCheckFailing|PmcpNotReady|PmcpToolErrors|Pmcp.+BurnSlow"',
      equal: ['cluster', 'namespace'],
    },
    {
      source: 'alertname=~"Pmcp(.+)BurnFast"',
      target: 'alertname=~"Pmcp(.+)BurnSlow"',
      equal: [...by, 'slo', 'name'],
    },
    {
      source: 'alertname=~"PmcpLatencyBurnFast|PmcpEventLoopBlocked"',
      target: 'alertname="PmcpToolSlow"',
      equal: by,
    },
    { source: 'alertname="PmcpToolSuccessBurnFast"', target: 'alertname="PmcpToolErrors"', equal: by },
    {
      source: 'alertname="PmcpCrashLoop"',
      target: 'alertname="PmcpVersionSkew"',
      equal: ['cluster', 'namespace'],
    },
    {
      source: 'alertname="PmcpBackupTooOld"',
      target: 'alertname="PmcpBackupFailed"',
      equal: ['cluster', 'namespace', 'job_name'],
    },
  ];
  return table.map(({ source, target, equal }) => ({
    source_matchers: [source],
    target_matchers: [target],
    equal: [...equal],
  }));
}

function interval({ weekdays, from, to, timeZone }: OfficeHours): object {
  return {
    name: OFFICE_HOURS,
    time_intervals: [{ weekdays, times: [{ start_time: from, end_time: to }], location: timeZone }],
  };
}
