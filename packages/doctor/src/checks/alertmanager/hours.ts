import type { Ending } from '../../facts/alert-routes.js';
import { criticalAlerts } from '../../facts/alert-samples.js';
import { type AlertmanagerConfig, alertmanagerConfig } from '../../facts/alertmanager.js';
import { isAlways, recursWeekly } from '../../facts/alertmanager-times.js';
import { quoted } from '../some.js';
import { arrivals } from './arrivals.js';
import { alertmanagerCheck } from './define.js';

export const criticalAlertsAreToldAtAllHours = alertmanagerCheck({
  code: 'PMCP-D207',
  title: 'Critical alerts are told at all hours.',
  why: 'A route with time intervals drops what comes outside of them, and says nothing: what breaks at night is seen in the morning.',
  cure: 'Take `mute_time_intervals` and `active_time_intervals` off the route of critical alerts, or give the other hours a route of their own: a second one before it, with the opposite intervals, `continue: true`, and a receiver that wakes somebody then.',
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D202'],
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    for (const { name, sure } of await context.get(criticalAlerts)) {
      const endings = arrivals(config, sure);
      // Two receivers with different hours may share the week.
      const hours = new Set(endings.map(({ mute, active }) => JSON.stringify([mute, active])));
      if (hours.size === 1 && isQuietAtTimes(config, endings[0]!))
        return [{ found: `${told(endings[0]!)} (such as ${name})` }];
    }
    return [];
  },
});

function isQuietAtTimes(config: AlertmanagerConfig, { mute, active }: Ending): boolean {
  const isPartOfTime = active.length > 0 && !active.some((name) => isAlways(config, name));
  return isPartOfTime || mute.some((name) => recursWeekly(config, name));
}

function told({ receiver, mute, active }: Ending): string {
  return active.length > 0
    ? `receiver ${quoted([receiver])} gets critical alerts only during ${quoted(active)}`
    : `receiver ${quoted([receiver])} gets no critical alerts during ${quoted(mute)}`;
}
