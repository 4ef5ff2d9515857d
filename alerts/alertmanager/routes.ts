import type { Duration } from '../../prometheus/promql.js';
import type { Severity } from '../rule.js';
import { OFFICE_HOURS } from './office-hours.js';

/** The names of the receivers that routes lead to. */
export const ROUTES = { critical: 'page', warning: 'ticket', info: 'none', watchdog: 'watchdog' } as const;

/** Returns the names of the receivers of a team. */
export function routesOf(team: string): Readonly<Record<Severity, string>> {
  return { critical: `${team}-${ROUTES.critical}`, warning: `${team}-${ROUTES.warning}`, info: ROUTES.info };
}

interface Routing {
  /** The labels that distinguish servers. */
  readonly by: readonly string[];
  readonly severities: Readonly<Record<Severity, string>>;
  /** Teams with their own receivers. */
  readonly teams: readonly string[];
  readonly hasOfficeHours: boolean;
  time(duration: Duration): Duration;
}

/** Returns the tree of routes: first the Watchdog, then the alerts of teams, then all others. */
export function route(routing: Routing): object {
  const { by, teams, time } = routing;
  return {
    receiver: ROUTES.warning,
    group_by: ['alertname', ...by],
    group_wait: time('30s'),
    group_interval: time('5m'),
    repeat_interval: time('12h'),
    routes: [
      {
        // Its receiver raises an alarm when it hears nothing, so the Watchdog must be sent often and alone.
        matchers: ['alertname="Watchdog"'],
        receiver: ROUTES.watchdog,
        group_by: ['alertname'],
        group_wait: '0s',
        group_interval: time('1m'),
        repeat_interval: time('5m'),
      },
      ...teams.map((team) => ({
        matchers: [is('team', team)],
        receiver: routesOf(team).warning,
        routes: bySeverity(routing, routesOf(team)),
      })),
      ...bySeverity(routing, ROUTES),
    ],
  };
}

function bySeverity(
  { severities, hasOfficeHours, time }: Routing,
  receivers: Readonly<Record<Severity, string>>,
): object[] {
  const of = (name: Severity) => ({
    matchers: [is('severity', severities[name])],
    receiver: receivers[name],
  });
  const hours = hasOfficeHours ? { active_time_intervals: [OFFICE_HOURS] } : {};
  return [
    { ...of('critical'), group_wait: time('10s'), repeat_interval: time('4h') },
    { ...of('warning'), ...hours },
    of('info'),
  ];
}

function is(label: string, value: string): string {
  return `${label}=${JSON.stringify(value)}`;
}
