import { catalog } from '@pmcp/observability/catalog';
import { watchers as prometheus, scrape } from '../alerts/external.js';
import { type Expression, max, min, not, rate, sum } from '../prometheus/promql.js';
import {
  BAD,
  DELIVERY_COLOURS,
  FAILURE_COLOURS,
  GOOD,
  LEVEL_COLOURS,
  NEUTRAL,
  SIGNAL_COLOURS,
  WARN,
} from './colours.js';
import type { Definition } from './dashboard.js';
import { watchers as more } from './external.js';
import { line, optional, section, shared } from './layout.js';
import { ranking } from './panels/ranking.js';
import { states } from './panels/states.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE } from './query.js';

export function watchers(): Definition {
  return {
    uid: 'pmcp-watchers',
    description: 'Can what watches be trusted?',
    targets: scrape.up.name,
    sections: [
      section('Scraping', shared(10, [13, up()], [11, scrapes()])),
      section('Telemetry of the servers', line(7, exported(), lines()), line(6, dropped(), overflow())),
      optional('Admin port and audit log', line(7, refused(), audited())),
      section(
        'Prometheus and Alertmanager',
        line(7, evaluation(), series()),
        line(7, failures(), notifications()),
      ),
    ],
  };
}

function exported() {
  return timeseries({
    title: 'Telemetry exported',
    description:
      'Spans, log lines and metric points that the collector took, per second. Nothing while requests come in: the collector is down.',
    unit: 'ops',
    queries: [
      query(
        rate(catalog.telemetryExported, { ...RATE, by: ['signal'], where: chosen({ signal: not('audit') }) }),
        '{{signal}}',
      ),
    ],
    colours: SIGNAL_COLOURS,
    noValue: 'No collector is configured',
  });
}

function dropped() {
  return ranking({
    title: 'Telemetry dropped',
    description:
      'Telemetry that was lost, by signal and reason. The servers go on, but you see less: look at the collector that refuses or does not answer.',
    unit: 'ops',
    rows: { signal: 'Signal', reason: 'Reason' },
    head: 'Dropped',
    of: rate(catalog.telemetryDropped, { ...RATE, by: ['signal', 'reason'], where: chosen() }),
    noValue: 'Nothing was dropped',
  });
}

function refused() {
  return ranking({
    title: 'Refused at the admin port',
    description:
      'Requests that the admin port turned away, by reason. Wrong ones are a token that was rotated on one side only, or somebody who guesses: look who reaches the port.',
    unit: 'reqps',
    rows: { reason: 'Reason' },
    head: 'Refused',
    of: rate(catalog.adminRefused, { ...RATE, by: ['reason'], where: chosen() }),
    noValue: 'Nobody was refused',
  });
}

function audited() {
  return timeseries({
    title: 'Audit records',
    description:
      'Records of the audit log, per second. None may be lost: where some are, look at the disk of the server and at its log.',
    unit: 'ops',
    queries: [
      query(
        rate(catalog.telemetryExported, { ...RATE, by: [], where: chosen({ signal: 'audit' }) }),
        'written',
      ),
      query(rate(catalog.telemetryDropped, { ...RATE, by: [], where: chosen({ signal: 'audit' }) }), 'lost'),
    ],
    colours: { written: GOOD, lost: BAD },
    noValue: 'No server keeps an audit log',
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
    noValue: 'No line was written',
  });
}

function overflow() {
  return ranking({
    title: 'Label values folded',
    description:
      'Values that became _other because there were too many, per second, by label. For names it means guessing clients; for clients, raise the limit.',
    unit: 'ops',
    rows: { label: 'Label' },
    head: 'Folded',
    of: rate(catalog.labelOverflow, { ...RATE, by: ['label'], where: chosen() }),
    noValue: 'Nothing was folded',
  });
}

function up() {
  return states({
    title: 'Targets that answer',
    description:
      'Whether all targets of a job can be scraped. Down: at least one can not; the page of targets of Prometheus says why.',
    queries: [query(min(scrape.up, { by: ['job'], where: chosen() }), '{{job}}')],
    states: { 0: { text: 'down', colour: BAD }, 1: { text: 'up', colour: GOOD } },
    noValue: 'Nothing is scraped',
  });
}

function scrapes() {
  const of = { by: ['job'], where: chosen() } as const;
  const duration: Expression<'job'> = max(scrape.duration, of);
  return table({
    title: 'Scrapes, slowest first',
    description:
      'How long the slowest target of each job takes, and how many samples the largest gives. Near the timeout samples are lost: it has too many series, or its event loop is busy. Growth without new features is a label whose values are not bounded.',
    rows: { job: 'Job' },
    columns: [
      { query: now(duration, 'Time'), unit: 's', steps: [[5, WARN]] },
      { query: now(max(more.samples, of), 'Samples'), unit: 'locale' },
    ],
    trend: duration,
    noValue: 'Nothing is scraped',
  });
}

function evaluation() {
  const share = max(prometheus.ruleDuration, { by: ['rule_group'], where: chosen() }).dividedBy(
    max(prometheus.ruleInterval, { by: ['rule_group'], where: chosen() }),
  );
  return ranking({
    title: 'Time to evaluate rules',
    description:
      'The share of its interval that each group of rules needs. Above 100 % alerts come late: split the group, or give Prometheus more CPU.',
    unit: 'percentunit',
    decimals: 1,
    rows: { rule_group: 'Group' },
    head: 'Of interval',
    of: share,
    steps: [[0.8, BAD]],
    width: 110,
    noValue: 'Prometheus does not scrape itself',
  });
}

function failures() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Rule failures',
    least: 1,
    description:
      'Rules that could not be evaluated, and evaluations that were left out. Any means alerts that do not fire: the log of Prometheus names them.',
    unit: 'ops',
    queries: [
      query(rate(prometheus.ruleFailures, of), 'failed'),
      query(rate(more.missedEvaluations, of), 'missed'),
    ],
    colours: FAILURE_COLOURS,
    noValue: 'Prometheus does not scrape itself',
  });
}

function series() {
  return timeseries({
    title: 'Series in memory',
    description:
      'What the largest Prometheus holds. A steep rise runs it out of memory: the samples of a scrape above tell which job grows.',
    unit: 'short',
    queries: [query(max(prometheus.series, { where: chosen() }), 'series')],
    colours: { series: NEUTRAL },
    noValue: 'Prometheus does not scrape itself',
  });
}

function notifications() {
  const of = { ...RATE, by: [], where: chosen() } as const;
  return timeseries({
    title: 'Notifications of alerts',
    description:
      'Alerts handed to Alertmanager, and by it to people, and what failed of both. Failures mean that nobody hears of an outage.',
    unit: 'ops',
    queries: [
      query(rate(more.sent, of), 'to Alertmanager'),
      query(rate(prometheus.notificationErrors, of), 'to Alertmanager, failed'),
      query(sum(rate(more.delivered, { ...RATE, where: chosen() })), 'to people'),
      query(sum(rate(prometheus.deliveriesFailed, { ...RATE, where: chosen() })), 'to people, failed'),
    ],
    colours: DELIVERY_COLOURS,
    noValue: 'Alertmanager is not scraped',
  });
}
