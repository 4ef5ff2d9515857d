import { CannotRun } from '../../check.js';
import { endingsOf } from '../../facts/alert-routes.js';
import { criticalAlerts } from '../../facts/alert-samples.js';
import { alertmanagerConfig, destinationsOf } from '../../facts/alertmanager.js';
import { quoted } from '../some.js';
import { arrivals } from './arrivals.js';
import { alertmanagerCheck } from './define.js';

export const criticalAlertsArrive = alertmanagerCheck({
  code: 'PMCP-D202',
  title: 'Critical alerts reach a receiver that has a destination.',
  why: 'A route that stands too early, or a receiver without a destination, takes what should wake somebody, and says nothing.',
  cure: 'Try `amtool config routes test --alertmanager.url=ALERTMANAGER alertname=PmcpAllTargetsDown severity=critical`, put the route of critical alerts before it, and give its receiver a destination, such as `pagerduty_configs` or `webhook_configs`.',
  severity: 'fail',
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    const critical = await context.get(criticalAlerts);
    const lost = critical.filter(({ alert }) => arrivals(config, alert).length === 0);
    const [surely] = lost.filter(({ sure }) => arrivals(config, sure).length === 0);
    if (lost.length === 0) return [];
    if (surely === undefined)
      throw new CannotRun(
        `whether critical alerts such as ${lost[0]!.name} reach a receiver depends on labels that are not known here${
          context.settings.prometheus ? '' : ': --prometheus URL tells those that Prometheus adds'
        }`,
      );
    const receivers = endingsOf(config.route, surely.alert).map(({ receiver }) => receiver);
    return [
      {
        found: `critical alerts such as ${surely.name} end at receiver ${quoted(receivers)}, which has no destination`,
      },
    ];
  },
});

const PLACEHOLDER = /example\.(?:com|org|net)|\bchange-?me\b|\breplace[-_ ]?me\b|\btodo\b|YOUR[-_]/i;

export const receiversAreReal = alertmanagerCheck({
  code: 'PMCP-D203',
  title: 'No receiver has an address that is a placeholder.',
  why: 'A message to example.com goes nowhere, and Alertmanager may count it as delivered.',
  cure: 'Put your own addresses into the receivers: `npm run build:alerts` takes them as options, or edit alertmanager.yaml, and reload.',
  severity: 'fail',
  async run(context) {
    const { receivers } = await context.get(alertmanagerConfig);
    return receivers.flatMap((receiver) => {
      const [found] = PLACEHOLDER.exec(JSON.stringify(destinationsOf(receiver))) ?? [];
      return found === undefined ? [] : [{ found: `receiver ${receiver.name} has a placeholder: ${found}` }];
    });
  },
});
