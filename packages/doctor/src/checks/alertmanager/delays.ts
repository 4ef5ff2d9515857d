import type { Finding } from '../../check.js';
import type { Ending } from '../../facts/alert-routes.js';
import { criticalAlerts } from '../../facts/alert-samples.js';
import { alertmanagerConfig } from '../../facts/alertmanager.js';
import { secondsOf } from '../../facts/duration.js';
import { arrivals } from './arrivals.js';
import { alertmanagerCheck } from './define.js';

interface Limit {
  readonly seconds: number;
  readonly of: (ending: Ending) => string;
  readonly told: (duration: string, receiver: string) => string;
}

/** The longest durations that still let critical alerts wake somebody. */
const LIMITS: readonly Limit[] = [
  {
    seconds: 5 * 60,
    of: ({ wait }) => wait,
    told: (duration, receiver) =>
      `${receiver} is told of critical alerts only after ${duration} (group_wait)`,
  },
  {
    seconds: 30 * 60,
    // Without groups nothing waits for it.
    of: ({ interval, groupBy }) => (groupBy.includes('...') ? '0s' : interval),
    told: (duration, receiver) =>
      `${receiver} is told of one more critical alert of a group only after ${duration} (group_interval)`,
  },
  {
    seconds: 7 * 86_400,
    of: ({ repeat }) => repeat,
    told: (duration, receiver) =>
      `${receiver} is reminded of critical alerts only every ${duration} (repeat_interval)`,
  },
];

export const criticalAlertsAreToldSoon = alertmanagerCheck({
  code: 'PMCP-D208',
  title: 'Critical alerts are told soon, and again.',
  why: 'A route gathers alerts for `group_wait` before it tells of them. What suits tickets costs half an hour when somebody should wake.',
  cure: 'Give the route of critical alerts durations of its own: `group_wait: 10s`, `group_interval: 5m`, `repeat_interval: 4h`, and reload.',
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D202'],
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    const ways = (await context.get(criticalAlerts)).map(({ sure }) => arrivals(config, sure));
    return LIMITS.flatMap((limit): Finding[] => {
      const late = ways.find(
        (endings) => endings.length > 0 && endings.every((ending) => exceeds(limit, ending)),
      );
      return late ? [{ found: limit.told(limit.of(late[0]!), late[0]!.receiver) }] : [];
    });
  },
});

function exceeds({ of, seconds }: Limit, ending: Ending): boolean {
  return secondsOf(of(ending)) > seconds;
}
