import { type Case, only, type Series, series } from '../case.js';

const PROMETHEUS = { namespace: 'monitoring', job: 'prometheus', instance: '10.0.3.1:9090' };
const GROUP = { ...PROMETHEUS, rule_group: 'pmcp-serving' };
const ALERTMANAGER = { namespace: 'monitoring', job: 'alertmanager', instance: '10.0.4.1:9093' };

/** Returns how many alerts could not be sent to each of several Alertmanagers. */
const refused = (...errors: readonly string[]): Series =>
  Object.fromEntries(
    errors.map((values, index) => [
      series('prometheus_notifications_errors_total', {
        ...PROMETHEUS,
        alertmanager: `http://alertmanager-${index}:9093`,
      }),
      values,
    ]),
  );

const evaluation = (seconds: string): Series => ({
  [series('prometheus_rule_group_last_duration_seconds', GROUP)]: seconds,
  [series('prometheus_rule_group_interval_seconds', GROUP)]: '60x20',
});

/** What Prometheus and Alertmanager report about themselves. */
export const prometheus: readonly Case[] = [
  {
    alert: 'PmcpSampleLimitHit',
    fires: [
      {
        series: only('prometheus_target_scrapes_exceeded_sample_limit_total', PROMETHEUS, '0+1x20'),
        at: 6,
        labels: PROMETHEUS,
        description:
          'The Prometheus 10.0.3.1:9090 threw 6 scrapes away in the last 10 minutes, because they had more samples than its limit. You do not see the problems of users of those servers.',
      },
    ],
    quiet: [
      {
        why: 'none was dropped recently',
        series: only('prometheus_target_scrapes_exceeded_sample_limit_total', PROMETHEUS, '3x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpRulesFailing',
    fires: [
      {
        series: only('prometheus_rule_evaluation_failures_total', GROUP, '0+1x20'),
        at: 11,
        labels: GROUP,
        description:
          'The Prometheus 10.0.3.1:9090 failed 5 times in the last 5 minutes to evaluate pmcp-serving. Its alerts do not fire, whatever users feel.',
      },
    ],
    quiet: [
      {
        why: 'they failed once',
        series: only('prometheus_rule_evaluation_failures_total', GROUP, '0x3 1x20'),
        at: 20,
      },
      {
        why: 'they failed long ago',
        series: only('prometheus_rule_evaluation_failures_total', GROUP, '9x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpRulesSlow',
    fires: [
      {
        series: evaluation('61x20'),
        at: 10,
        labels: GROUP,
        description:
          'The Prometheus 10.0.3.1:9090 takes 1m 1s to evaluate pmcp-serving, longer than its interval. Alerts come late or not at all, and users wait that much longer for help.',
      },
    ],
    quiet: [{ why: 'it is just in time', series: evaluation('59x20'), at: 20 }],
  },
  {
    alert: 'PmcpAlertsNotSent',
    fires: [
      {
        series: refused('0+1x20'),
        at: 11,
        labels: { ...PROMETHEUS, alertmanager: 'http://alertmanager-0:9093' },
        description:
          'The Prometheus 10.0.3.1:9090 cannot send alerts to http://alertmanager-0:9093. Nobody hears of problems of users.',
      },
    ],
    quiet: [
      { why: 'it failed once', series: refused('0 1x20'), at: 11 },
      { why: 'another Alertmanager takes them', series: refused('0+1x40', '0x40'), at: 40 },
    ],
  },
  {
    alert: 'PmcpNotificationsFailing',
    fires: [
      {
        series: only(
          'alertmanager_notifications_failed_total',
          { ...ALERTMANAGER, integration: 'slack' },
          '0+1x20',
        ),
        at: 11,
        labels: { namespace: 'monitoring', instance: '10.0.4.1:9093', integration: 'slack' },
        description:
          'The Alertmanager 10.0.4.1:9093 failed 10 times in the last 10 minutes to deliver through slack. Nobody there is told what users feel.',
      },
    ],
    quiet: [
      {
        why: 'it failed once',
        series: only(
          'alertmanager_notifications_failed_total',
          { ...ALERTMANAGER, integration: 'slack' },
          '0 1x20',
        ),
        at: 11,
      },
    ],
  },
  {
    alert: 'PmcpSeriesGrowth',
    fires: [
      {
        series: only('prometheus_tsdb_head_series', PROMETHEUS, '10000x1440 16000x300'),
        at: 1681,
        labels: PROMETHEUS,
        description:
          'The Prometheus 10.0.3.1:9090 holds 1.6 times the series of a day ago. If that goes on it runs out of memory, and then no alert tells what users feel.',
      },
    ],
    quiet: [
      {
        why: 'it grows less',
        series: only('prometheus_tsdb_head_series', PROMETHEUS, '10000x1440 14000x300'),
        at: 1740,
      },
      {
        why: 'a rollout doubles the series for three hours',
        series: only('prometheus_tsdb_head_series', PROMETHEUS, '10000x1440 20000x180 10000x120'),
        at: 1740,
      },
      {
        why: 'a few series grow to a few more',
        series: only('prometheus_tsdb_head_series', PROMETHEUS, '100x1440 900x300'),
        at: 1740,
      },
    ],
  },
];
