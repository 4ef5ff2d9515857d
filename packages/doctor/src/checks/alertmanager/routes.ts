import type { Finding } from '../../check.js';
import { type Ending, endingsOf, matchesAll } from '../../facts/alert-routes.js';
import { type AlertmanagerConfig, alertmanagerConfig, destinationsOf } from '../../facts/alertmanager.js';
import { secondsOf } from '../../facts/duration.js';
import { alertmanagerCheck } from './define.js';

/** Examples of alerts that must wake somebody, with the labels that they arrive with. */
const CRITICAL = ['PmcpAllTargetsDown', 'PmcpAvailabilityBurnFast', 'PmcpNoneReady', 'PmcpBackupTooOld'].map(
  (alertname) => ({ alertname, severity: 'critical', job: 'pmcp', namespace: 'default' }),
);
const WATCHDOG = { alertname: 'Watchdog', severity: 'info' };

export const criticalAlertsArrive = alertmanagerCheck({
  code: 'PMCP-D202',
  title: 'Critical alerts reach a receiver that has a destination.',
  why: 'A route that stands too early, or a receiver without a destination, takes what should wake somebody, and says nothing.',
  cure: 'Try `amtool config routes test --alertmanager.url=ALERTMANAGER alertname=PmcpAllTargetsDown severity=critical`, put the route of critical alerts before it, and give its receiver a destination, such as `pagerduty_configs` or `webhook_configs`.',
  severity: 'fail',
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    const lost = CRITICAL.filter((labels) => arrivals(config, labels).length === 0);
    if (lost.length === 0) return [];
    const [first] = lost;
    const receivers = endingsOf(config.route, first!).map(({ receiver }) => receiver);
    return [
      {
        found: `${lost.length} of ${CRITICAL.length} critical alerts, such as ${first!.alertname}, end at ${receivers.join(', ')}, which has no destination`,
      },
    ];
  },
});

function arrivals(config: AlertmanagerConfig, labels: Readonly<Record<string, string>>): Ending[] {
  return endingsOf(config.route, labels).filter(
    ({ receiver }) => destinationsOf(config.receivers.find(({ name }) => name === receiver)).length > 0,
  );
}

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
    const pages = new Set(
      CRITICAL.flatMap((labels) => endingsOf(config.route, labels)).map((e) => e.receiver),
    );
    const [ending] = arrivals(config, WATCHDOG);
    if (ending === undefined) return [{ found: 'the Watchdog reaches no receiver that has a destination' }];
    if (pages.has(ending.receiver))
      return [
        {
          found: `the Watchdog goes to ${ending.receiver}, as critical alerts do: it has no receiver of its own`,
        },
      ];
    if (secondsOf(ending.repeat) <= LONGEST_REPEAT) return [];
    return [{ found: `the Watchdog is repeated every ${ending.repeat} only, to ${ending.receiver}` }];
  },
});

/** Alerts that may fire for hours, or always. */
const SOURCES = [WATCHDOG, { alertname: 'PmcpVersionSkew', severity: 'info', job: 'pmcp' }];

export const inhibitionHidesNothing = alertmanagerCheck({
  code: 'PMCP-D205',
  title: 'No alert that may always be there hides critical ones.',
  why: 'An inhibition by the Watchdog, or by an alert of no weight, keeps what should wake somebody to itself for as long as that fires.',
  cure: 'Give the entry of `inhibit_rules` source matchers that name the cause, and `equal` with the labels of what it is a cause for. The shipped alertmanager.yaml has examples.',
  severity: 'fail',
  async run(context) {
    const { inhibit_rules = [] } = await context.get(alertmanagerConfig);
    return inhibit_rules.flatMap(
      ({ source_matchers = [], target_matchers = [], equal = [] }, i): Finding[] => {
        const source = SOURCES.find((labels) => matchesAll(source_matchers, labels));
        const target = CRITICAL.find(
          (labels) =>
            matchesAll(target_matchers, labels) &&
            equal.every((name) => value(labels, name) === value(source ?? {}, name)),
        );
        if (source === undefined || target === undefined) return [];
        return [{ found: `entry ${i + 1} of inhibit_rules: ${source.alertname} hides ${target.alertname}` }];
      },
    );
  },
});

function value(labels: Readonly<Record<string, string>>, name: string): string {
  return labels[name] ?? '';
}
