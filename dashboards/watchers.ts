import { catalog, doctorCatalog } from '@pmcp/observability/catalog';
import { watchers as prometheus, scrape } from '../alerts/external.js';
import { DEFAULT_THRESHOLDS } from '../alerts/thresholds.js';
import { type Expression, max, min, not, rate, sum, time } from '../prometheus/promql.js';
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
import { stat } from './panels/stat.js';
import { states } from './panels/states.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE } from './query.js';

export function watchers(): Definition {
  return {
    uid: 'pmcp-watchers',
    description: 'Can you trust the monitoring itself?',
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
      optional('Doctor', shared(6, [6, doctorRan()], [18, findings()])),
    ],
  };
}

function exported() {
  return timeseries({
    title: 'Telemetry exported',
    description:
      'Spans, log lines and metric points that the collector accepted, per second. If there are none while requests come in, the collector is down.',
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
      'Lost telemetry, by signal and reason. The servers still work, but you see less: look at the collector, which refuses data or does not answer.',
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
      'Requests that the admin port refused, by reason. wrong: a token was changed on one side only, or somebody guesses. Find out who can reach the port.',
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
      'Records of the audit log, per second. None may be lost: if records are lost, look at the disk and the log of the server.',
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
      'Lines that the servers wrote, per second, by level. Loki must show as many lines. If it has fewer, lines are lost on the way.',
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
      'Label values that became _other because there were too many, per second. Many names mean that clients guess names. Many clients: raise the limit.',
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
      'Whether Prometheus reaches all targets of a job. Down means that it does not reach at least one: the page Targets of Prometheus says why.',
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
      'How long a scrape of the slowest target of each job takes, and how many samples the largest target has. Near the timeout, samples are lost: the target has too many series, or its event loop is busy. If samples grow without new features, a label has too many values.',
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
      'How long each group of rules takes, as a share of its interval. Above 100 % alerts come late: split the group, or give Prometheus more CPU.',
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
      'Failed and skipped evaluations of rules. If there are any, alerts may not fire: the log of Prometheus names the rules.',
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
      'Series in the largest Prometheus. After a steep rise it runs out of memory: the panel with samples above shows which job grows.',
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
      'Alerts sent to Alertmanager, notifications sent to people, and failures of both. If there are failures, nobody hears of an outage.',
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

function doctorRan() {
  return stat({
    title: 'Last run of the doctor',
    description:
      'How long ago the doctor last ran; of several, the one that has not run for longest. If that is hours ago, look at the log of its job: what it shows beside this is as old.',
    unit: 'dtdurations',
    decimals: 1,
    queries: [now(time().minus(min(doctorCatalog.lastRun, { where: chosen() })), 'age')],
    steps: [[DEFAULT_THRESHOLDS.doctorAgeSeconds, BAD]],
    noValue: 'It never ran',
  });
}

function findings() {
  return table({
    title: 'What the doctor finds, worst first',
    description:
      'Checks that found something when the doctor last ran. Run it with --only and the code of the check: it says what it found, why that matters, and what repairs it.',
    rows: { code: 'Check', title: 'What should be true' },
    short: ['Check'],
    columns: [
      {
        query: now(max(doctorCatalog.check, { by: ['code', 'title'], where: chosen() }).gt(0), 'Found'),
        unit: 'none',
        decimals: 0,
        states: { 1: { text: 'warning', colour: WARN }, 2: { text: 'error', colour: BAD } },
      },
    ],
    noValue: 'No finding is known',
  });
}
