import { criticalAlerts, watchdogAlerts } from '../../facts/alert-samples.js';
import { alertmanagerConfig } from '../../facts/alertmanager.js';
import { secondsOf } from '../../facts/duration.js';
import { arrivals } from './arrivals.js';
import { alertmanagerCheck } from './define.js';

/** The longest time in seconds that a dead man's switch waits for the next notification. */
const LONGEST_REPEAT = 15 * 60;

export const watchdogHasAReceiver = alertmanagerCheck({
  code: 'PMCP-D204',
  title: "The Watchdog goes to a dead man's switch.",
  why: 'Only somebody outside who waits for it notices that no alert can come any more.',
  cure: 'Give it a route of its own, first of all: `{ matchers: [alertname="Watchdog"], receiver: watchdog, repeat_interval: 5m }`, whose receiver is a webhook of a service that calls when it stops.',
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D202'],
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    const [watchdog] = await context.get(watchdogAlerts);
    if (watchdog === undefined) return [];
    const critical = (await context.get(criticalAlerts)).flatMap(({ alert }) => arrivals(config, alert));
    const pages = new Set(critical.map(({ receiver }) => receiver));
    // It may also go to a receiver of all alerts, such as an archive.
    const endings = arrivals(config, watchdog.sure);
    const own = endings.filter(({ receiver }) => !pages.has(receiver));
    if (endings.length === 0) return [{ found: 'the Watchdog reaches no receiver that has a destination' }];
    if (own.length === 0)
      return [
        {
          found: `the Watchdog goes to ${endings[0]!.receiver}, as critical alerts do: it has no receiver of its own`,
        },
      ];
    if (own.some(({ repeat }) => secondsOf(repeat) <= LONGEST_REPEAT)) return [];
    return [{ found: `the Watchdog is repeated every ${own[0]!.repeat} only, to ${own[0]!.receiver}` }];
  },
});
