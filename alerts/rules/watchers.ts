import { catalog, doctorCatalog } from '@pmcp/observability/catalog';
import {
  increase,
  lastOverTime,
  max,
  maxOverTime,
  not,
  time as now,
  rate,
  select,
  sum,
  vector,
} from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { watchers as metrics, scrape } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { PLACE } from './workloads.js';

/** Alerts about the monitoring itself. */
export function watchers(c: Context): AlertRule[] {
  return [watchdog(c), ...telemetry(c), ...scraping(c), ...rules(c), ...delivery(c), growth(c), ...doctor(c)];
}

function watchdog({ alert }: Context): AlertRule {
  return alert({
    name: 'Watchdog',
    severity: 'info',
    expr: vector(1),
    summary: 'Alerting works.',
    description:
      'Always fires. When it stops arriving, no other alert arrives either, and nobody is told what users feel.',
    dashboard: 'watchers',
  });
}

function telemetry({ alert, server, by, time }: Context): AlertRule[] {
  // What sampling leaves out is not lost. The audit log has its own alert.
  const where = { reason: not('sampled'), signal: not('audit') };
  return [
    alert({
      name: 'PmcpTelemetryDropped',
      severity: 'warning',
      expr: increase(catalog.telemetryDropped, {
        where,
        by: [...by, 'signal', 'reason'],
        window: time('10m'),
      }).gt(0),
      for: '10m',
      summary: 'A server loses telemetry.',
      description: ({ signal, reason }) =>
        `${server} dropped ${value.number} ${signal} in the last 10 minutes (${reason}). Users feel nothing, but what is dropped is missing when somebody looks for a fault.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpLabelOverflow',
      severity: 'info',
      expr: increase(catalog.labelOverflow, { by: [...by, 'label'], window: time('1h') }).gt(0),
      for: '1h',
      summary: 'A label has more values than its limit.',
      description: ({ label }) =>
        `${server} folded ${value.number} values of the label ${label} into _other in the last hour. Users notice nothing, but you can no longer see which of these values has a fault.`,
      dashboard: 'watchers',
    }),
  ];
}

function scraping({ alert, server, time, thresholds, selectors }: Context): AlertRule[] {
  const where = selectors.exporters;
  // By job, since a pod may return under another address. A job without any target does not return by itself.
  const by = ['cluster', 'namespace', 'job'] as const;
  const window = time('1h');
  const servers = selectors.servers;
  // Exporters in a namespace may go together with all its servers.
  const deserted = max(maxOverTime(scrape.up, { where: servers, window }), { by: PLACE }).unless(
    max(scrape.up, { by: PLACE, where: servers }),
  );
  const gone = max(maxOverTime(scrape.up, { where, window }), { by })
    .unless(max(scrape.up, { by, where }))
    .unless(deserted, { on: PLACE });
  return [
    alert({
      name: 'PmcpScrapeSlow',
      severity: 'warning',
      expr: select(scrape.duration, { where: selectors.servers }).gt(thresholds.scrapeSeconds),
      for: '10m',
      summary: 'Scraping a server takes long.',
      description: ({ instance }) =>
        `Scraping ${instance} of ${server} takes ${value.duration}. Past the timeout it counts as down, and alerts about what its users feel stop working.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpSampleLimitHit',
      severity: 'warning',
      expr: increase(metrics.overLimit, { window: time('10m') }).gt(0),
      for: '5m',
      summary: 'Prometheus throws scrapes away.',
      description: ({ instance }) =>
        `The Prometheus ${instance} threw ${value.number} scrapes away in the last 10 minutes, because they had more samples than its limit. You do not see the problems of users of those servers.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpExporterDown',
      severity: 'warning',
      expr: select(scrape.up, { where }).eq(0).or(gone),
      for: '5m',
      summary: 'An exporter cannot be scraped.',
      description: ({ job }) =>
        `{{ with $labels.instance }}{{ . }}{{ else }}What was known{{ end }} of the job ${job} does not answer Prometheus. If what it watches breaks, users feel it and no alert tells.`,
      dashboard: 'watchers',
    }),
  ];
}

function rules({ alert, time }: Context): AlertRule[] {
  const late = select(metrics.ruleDuration).gt(select(metrics.ruleInterval));
  return [
    alert({
      name: 'PmcpRulesFailing',
      severity: 'critical',
      // Longer than the window, so a single failure does not fire.
      expr: increase(metrics.ruleFailures, { window: time('5m') }).gt(0),
      for: '10m',
      summary: 'Prometheus fails to evaluate rules.',
      description: ({ instance, rule_group }) =>
        `The Prometheus ${instance} failed ${value.number} times in the last 5 minutes to evaluate ${rule_group}. Its alerts do not fire, whatever users feel.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpRulesSlow',
      severity: 'warning',
      expr: late,
      for: '10m',
      summary: 'Evaluating rules takes longer than their interval.',
      description: ({ instance, rule_group }) =>
        `The Prometheus ${instance} takes ${value.duration} to evaluate ${rule_group}, longer than its interval. Alerts come late or not at all, and users wait that much longer for help.`,
      dashboard: 'watchers',
    }),
  ];
}

function delivery({ alert, time }: Context): AlertRule[] {
  const window = time('10m');
  const errors = rate(metrics.notificationErrors, { window });
  return [
    alert({
      name: 'PmcpAlertsNotSent',
      severity: 'critical',
      // One Alertmanager that accepts the alerts is enough.
      expr: errors.gt(0).unless(errors.eq(0), { on: ['cluster', 'namespace', 'job', 'instance'] }),
      for: '10m',
      summary: 'Prometheus cannot send alerts to Alertmanager.',
      description: ({ instance, alertmanager }) =>
        `The Prometheus ${instance} cannot send alerts to ${alertmanager}. Nobody hears of problems of users.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpNotificationsFailing',
      severity: 'critical',
      expr: sum(increase(metrics.deliveriesFailed, { window }), {
        by: ['cluster', 'namespace', 'instance', 'integration'],
      }).gt(0),
      for: '10m',
      summary: 'Alertmanager cannot deliver notifications.',
      description: ({ instance, integration }) =>
        `The Alertmanager ${instance} failed ${value.number} times in the last 10 minutes to deliver through ${integration}. Nobody there is told what users feel.`,
      dashboard: 'watchers',
    }),
  ];
}

function growth({ alert, time, thresholds }: Context): AlertRule {
  const now = max(metrics.series, { by: ['cluster', 'namespace', 'job', 'instance'] });
  const before = max(metrics.series, { by: ['cluster', 'namespace', 'job', 'instance'], offset: time('1d') });
  return alert({
    name: 'PmcpSeriesGrowth',
    severity: 'warning',
    expr: now.dividedBy(before.gt(0)).gt(thresholds.seriesGrowth).and(now.gt(thresholds.seriesCount)),
    // Series that a rollout replaced stay in memory for some hours.
    for: '4h',
    summary: 'Prometheus holds far more series than a day ago.',
    description: ({ instance }) =>
      `The Prometheus ${instance} holds ${value.number} times the series of a day ago. If that goes on it runs out of memory, and then no alert tells what users feel.`,
    dashboard: 'watchers',
  });
}

function doctor({ alert, time, scale, thresholds }: Context): AlertRule[] {
  const by = [...PLACE, 'code'] as const;
  // A day ago it may not have been able to tell; what it told before that still counts.
  const before = max(lastOverTime(doctorCatalog.check, { window: time('6h'), offset: time('1d') }), { by });
  // Also of what a Pushgateway has lost since.
  const lastRun = max(maxOverTime(doctorCatalog.lastRun, { window: time('2d') }), { by: PLACE });
  return [
    alert({
      name: 'PmcpDoctorWorse',
      severity: 'warning',
      expr: max(doctorCatalog.check, { by }).gt(before),
      // Longer than a rollout.
      for: '30m',
      summary: 'The doctor finds what it did not find yesterday.',
      description: ({ code }) =>
        `The check ${code} of the doctor is worse than a day ago: ${value.number}, where 1 is a warning and 2 an error. Users may feel nothing yet.`,
      dashboard: 'watchers',
    }),
    alert({
      name: 'PmcpDoctorStale',
      severity: 'warning',
      expr: now()
        .minus(lastRun)
        .gt(thresholds.doctorAgeSeconds * scale),
      for: '5m',
      summary: 'The doctor no longer runs.',
      description: `The doctor last ran ${value.duration} ago. What it would find now, users may be the first to find.`,
      dashboard: 'watchers',
    }),
  ];
}
