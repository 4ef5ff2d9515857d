import type { Duration } from '../prometheus/promql.js';
import { checkReceivers, checkTeams } from './alertmanager/check.js';
import { inhibitions, inhibitRule } from './alertmanager/inhibitions.js';
import { checkOfficeHours, interval, type OfficeHours } from './alertmanager/office-hours.js';
import { type Receivers, receivers, type Teams } from './alertmanager/receivers.js';
import { route } from './alertmanager/routes.js';
import { checkDuration, checkNames, checkScale } from './check-options.js';
import { scaled } from './duration.js';
import { checkBy, checkSeverities, SERVER_LABELS, SEVERITIES } from './options.js';
import type { Severity } from './rule.js';

export interface AlertmanagerOptions {
  readonly receivers: Receivers;
  /** The receivers of teams, by the value of the label `team`. All other alerts go to `receivers`. */
  readonly teams?: Teams;
  /** The labels that distinguish servers, as in the rules. */
  readonly by?: readonly string[];
  /** The name of each severity, as in the rules. */
  readonly severities?: Readonly<Record<Severity, string>>;
  /** When warnings are delivered. Critical alerts are always delivered, infos never. */
  readonly officeHours?: OfficeHours;
  readonly resolveTimeout?: Duration;
  /** Multiplies every duration, as in the rules. */
  readonly scale?: number;
  /** The files with templates of messages. */
  readonly templates?: readonly string[];
}

const OPTIONS: readonly (keyof AlertmanagerOptions)[] = [
  'receivers',
  'teams',
  'by',
  'severities',
  'officeHours',
  'resolveTimeout',
  'scale',
  'templates',
];

/**
 * Returns a configuration of Alertmanager, as data.
 * @throws TypeError that names the option which is wrong
 */
export function alertmanagerConfig(options: AlertmanagerOptions): object {
  check(options);
  const {
    by = SERVER_LABELS,
    severities = SEVERITIES,
    officeHours,
    resolveTimeout = '5m',
    teams = {},
    templates = ['*.tmpl'],
    scale = 1,
  } = options;
  const time = (duration: Duration): Duration => scaled(duration, scale);
  return {
    global: { resolve_timeout: time(resolveTimeout) },
    templates,
    route: route({
      by,
      severities,
      teams: Object.keys(teams),
      hasOfficeHours: officeHours !== undefined,
      time,
    }),
    inhibit_rules: inhibitions(by).map(inhibitRule),
    ...(officeHours && { time_intervals: [interval(officeHours)] }),
    receivers: receivers(options.receivers, teams),
  };
}

function check(options: AlertmanagerOptions): void {
  checkNames('alertmanager', options, OPTIONS);
  const { by = [], severities = {}, officeHours, resolveTimeout, scale = 1, teams = {} } = options;
  checkReceivers('receivers', options.receivers);
  checkTeams(teams);
  checkBy(by);
  checkSeverities(severities);
  if (officeHours !== undefined) checkOfficeHours(officeHours);
  checkDuration('resolveTimeout', resolveTimeout);
  checkScale(scale);
}
