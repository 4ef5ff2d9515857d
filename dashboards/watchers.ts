import { catalog } from '@pmcp/observability/catalog';
import { watchers as prometheus, scrape } from '../alerts/external.js';
import { increase, max, min, rate, sum, topk } from '../prometheus/promql.js';
import { BAD, LEVEL_COLOURS, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { watchers as more } from './external.js';
import { line, section } from './layout.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, query, RATE } from './query.js';

export function watchers(): Dashboard {
  return dashboard({
    uid: 'pmcp-watchers',
    description: 'Can what watches be trusted?',
    targets: scrape.up.name,
    sections: [
      section('Telemetry of the servers', line(7, exported(), dropped(), lines(), overflow())),
      section('Scraping', line(7, up(), scrapeDuration(), samples())),
      section('Prometheus and Alertmanager', line(7, evaluation(), failures(), series(), notifications())),
    ],
  });
}

function exported() {
  return timeseries({
    title: 'Telemetry exported',
    description:
      'Spans, log lines and metric points that the collector took, per second. Nothing while requests come in: the collector is down.',
    unit: 'ops',
    queries: [
      query(rate(catalog.telemetryExported, { ...RATE, by: ['signal'], where: chosen() }), '{{signal}}'),
    ],
    noValue: 'No collector is configured',
  });
}

function dropped() {
  return timeseries({
    title: 'Telemetry dropped',
    description:
      'Telemetry that was lost, by signal and reason. The servers go on, but you see less: look at the collector that refuses or does not answer.',
    unit: 'ops',
    queries: [
      query(
        rate(catalog.telemetryDropped, { ...RATE, by: ['signal', 'reason'], where: chosen() }),
        '{{signal}} {{reason}}',
      ),
    ],
    noValue: 'Nothing was dropped',
  });
}

function lines() {
  return timeseries({
    title: 'Log lines written',
    description:
      'Lines that the servers wrote, per second, by level. Loki must show as many: where it has fewer, they are lost on the way.',
    unit: 'ops',
    stacked: true,
    queries: [query(rate(catalog.logMessages, { ...RATE, by: ['level'], where: chosen() }), '{{level}}')],
    colours: LEVEL_COLOURS,
  });
}

function overflow() {
  return timeseries({
    title: 'Label values folded',
    description:
      'Values that became _other because there were too many, by label. For names it means guessing clients; for clients, raise the limit.',
    unit: 'short',
    queries: [
      query(increase(catalog.labelOverflow, { ...RATE, by: ['label'], where: chosen() }), '{{label}}'),
    ],
    noValue: 'Nothing was folded',
  });
}

function up() {
  return timeseries({
    title: 'Targets that answer',
    description:
      'The lowest answer among the targets of each job: 1 when all can be scraped. 0: one can not; the page of targets of Prometheus says why.',
    unit: 'short',
    max: 1,
    queries: [query(min(scrape.up, { by: ['job'], where: chosen() }), '{{job}}')],
  });
}

function scrapeDuration() {
  return timeseries({
    title: 'Time of a scrape',
    description:
      'How long the slowest target of each job takes. Near the timeout its samples are lost: it has too many series, or its event loop is busy.',
    unit: 's',
    queries: [query(max(scrape.duration, { by: ['job'], where: chosen() }), '{{job}}')],
    steps: [[5, WARN]],
  });
}

function samples() {
  return timeseries({
    title: 'Samples of a scrape',
    description:
      'How many samples the largest target of each job gives. Growth without new features is a label whose values are not bounded.',
    unit: 'short',
    queries: [query(topk(10, max(more.samples, { by: ['job'], where: chosen() })), '{{job}}')],
  });
}

function evaluation() {
  return timeseries({
    title: 'Time to evaluate rules',
    description:
      'The share of its interval that the slowest group of rules needs. Above 100 % alerts come late: split the group, or give Prometheus more CPU.',
    unit: 'percentunit',
    queries: [
      query(
        topk(
          5,
          max(prometheus.ruleDuration, { by: ['rule_group'], where: chosen() }).dividedBy(
            max(prometheus.ruleInterval, { by: ['rule_group'], where: chosen() }),
          ),
        ),
        '{{rule_group}}',
      ),
    ],
    steps: [[0.8, BAD]],
  });
}

function failures() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Rule failures',
    description:
      'Rules that could not be evaluated, and evaluations that were left out. Any means alerts that do not fire: the log of Prometheus names them.',
    unit: 'ops',
    queries: [
      query(rate(prometheus.ruleFailures, of), 'failed'),
      query(rate(more.missedEvaluations, of), 'missed'),
    ],
  });
}

function series() {
  return timeseries({
    title: 'Series in memory',
    description:
      'What Prometheus holds. A steep rise runs it out of memory: the samples of a scrape above tell which job grows.',
    unit: 'short',
    queries: [query(max(prometheus.series, { by: ['instance'], where: chosen() }), '{{instance}}')],
  });
}

function notifications() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Notifications',
    description:
      'Alerts handed to Alertmanager, and by it to people, and what failed of both. Failures mean that nobody hears of an outage.',
    unit: 'ops',
    queries: [
      query(rate(more.sent, of), 'to Alertmanager'),
      query(rate(prometheus.notificationErrors, of), 'to Alertmanager, failed'),
      query(sum(rate(more.delivered, { ...RATE, where: chosen() })), 'to people'),
      query(sum(rate(prometheus.deliveriesFailed, { ...RATE, where: chosen() })), 'to people, failed'),
    ],
  });
}
