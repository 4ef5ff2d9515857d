import { doctorCatalog, jobCatalog } from '@pmcp/observability/catalog';
import { postgres, redis, watchers as watched } from '../../../alerts/external.js';
import { redis as cache, postgres as database, watchers as more } from '../../../dashboards/external.js';
import { EDGES } from '../../../prometheus/edges.js';
import { between, busy, END, severity } from './chapters.js';
import type { Labels, Recorder } from './recorder.js';

const MIB = 2 ** 20;
const HOUR = 3600;

/** Returns a recorder for the scrapes of a target. */
export type Target = (labels: Labels) => Recorder;

/** Records the servers' dependencies, and the ingress in front of them. */
export function dependencies(target: Target): void {
  const place = { cluster: 'eu-1', namespace: 'shop' };
  const db = target({ ...place, job: 'postgres', instance: 'postgres-0:9187' });
  const datname = { datname: 'notes' };
  db.gauge(postgres.up, {}, () => 1);
  db.gauge(
    postgres.connections,
    { ...datname, state: 'active' },
    (time) => Math.round(between(18, 84, severity(time))),
    0.2,
  );
  db.gauge(postgres.maxConnections, {}, () => 100);
  db.counter(database.commits, datname, (time) => 240 * busy(time) * between(1, 0.6, severity(time)));
  db.counter(database.rollbacks, datname, (time) => between(0.4, 38, severity(time)));
  db.counter(postgres.deadlocks, datname, (time) => between(0, 0.6, severity(time)));
  db.counter(database.hits, datname, () => 9000);
  db.counter(database.reads, datname, (time) => between(60, 2400, severity(time)));
  const keys = target({ ...place, job: 'redis', instance: 'redis-0:9121' });
  keys.gauge(redis.up, {}, () => 1);
  keys.gauge(redis.memory, {}, (time) => 210 * MIB * busy(time), 0.02);
  keys.gauge(redis.maxMemory, {}, () => 512 * MIB);
  keys.counter(cache.commands, {}, (time) => 900 * busy(time));
  keys.counter(redis.evicted, {}, () => 0);
  keys.counter(redis.rejected, {}, () => 0);
  keys.counter(cache.hits, {}, (time) => 700 * busy(time));
  keys.counter(cache.misses, {}, (time) => between(40, 160, severity(time)));
  door(target({ ...place, job: 'ingress-nginx', instance: 'ingress-0:10254' }));
  const backups = target({ ...place, job: 'pushgateway', instance: 'pushgateway-0:9091' });
  for (const [job_name, took, ended] of [
    ['notes-backup', 84, END - 9 * HOUR],
    ['billing-backup', 412, END - 8 * HOUR],
    ['notes-restore', 240, END - 100 * HOUR],
    ['billing-restore', 1130, END - 99 * HOUR],
  ] as const) {
    backups.gauge(jobCatalog.lastSuccess, { job_name }, () => ended);
    backups.gauge(jobCatalog.lastDuration, { job_name }, () => took);
    backups.gauge(jobCatalog.lastExitCode, { job_name }, () => 0);
  }
}

const ingress = EDGES.find(({ edge }) => edge === 'ingress-nginx')!;

function door(recorder: Recorder): void {
  const of = { ingress: 'notes', service: 'notes' };
  for (const [status, usual, worst] of [
    ['200', 66, 48],
    ['401', 0.3, 0.3],
    ['404', 0.1, 1.4],
    ['429', 0, 3.2],
    ['499', 0.2, 2.5],
    ['502', 0.01, 0.9],
    ['504', 0, 2.1],
  ] as const) {
    recorder.counter(ingress.requests, { ...of, status }, (time) => between(usual, worst, severity(time)));
  }
  const { name } = ingress.durations!.of;
  recorder.histogram(
    { name, buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    of,
    (time) => ({
      rate: 66,
      median: between(0.03, 0.6, severity(time)),
      spread: 0.8,
    }),
  );
}

/** Records the own metrics of Prometheus and Alertmanager. */
export function watchers(target: Target): void {
  const place = { cluster: 'eu-1', namespace: 'monitoring' };
  const prometheus = target({ ...place, job: 'prometheus', instance: 'prometheus-0:9090' });
  for (const [rule_group, took] of [
    ['pmcp-requests', 1.9],
    ['pmcp-slo-events', 0.8],
    ['pmcp-tools', 2.6],
    ['pmcp-slo-days', 0.5],
    ['pmcp-serving', 0.2],
  ] as const) {
    prometheus.gauge(watched.ruleDuration, { rule_group }, () => took, 0.3);
    prometheus.gauge(watched.ruleInterval, { rule_group }, () => 60);
    prometheus.counter(watched.ruleFailures, { rule_group }, () => 0);
    prometheus.counter(more.missedEvaluations, { rule_group }, () => 0);
  }
  prometheus.gauge(watched.series, {}, () => 61_000, 0.02);
  const alertmanager = { alertmanager: 'http://alertmanager:9093/api/v2/alerts' };
  prometheus.counter(more.sent, alertmanager, (time) => between(0.02, 0.3, severity(time)));
  prometheus.counter(watched.notificationErrors, alertmanager, () => 0);
  const people = target({ ...place, job: 'alertmanager', instance: 'alertmanager-0:9093' });
  people.counter(more.delivered, { integration: 'pagerduty' }, (time) => between(0.01, 0.1, severity(time)));
  people.counter(watched.deliveriesFailed, { integration: 'pagerduty', reason: 'other' }, () => 0);
}

/** Checks of the doctor, and what each finds while things are bad. */
const FINDINGS = [
  ['PMCP-D001', 'Somebody listens at the address of the server.', 0],
  ['PMCP-D143', 'No alert says that calls are slow.', 2],
  ['PMCP-D144', 'No alert says that calls fail.', 2],
  ['PMCP-D311', 'No container restarts again and again.', 2],
  ['PMCP-D141', 'All copies of a server have one version, but for the time of a deployment.', 1],
] as const;

/** When it last ended; it begins at 23 minutes past every hour. */
function lastRun(time: number): number {
  const after = 23 * 60 + 41;
  return Math.floor((time - after) / HOUR) * HOUR + after;
}

/** What the doctor found when it last ran. */
export function doctor(target: Target): void {
  const recorder = target({
    cluster: 'eu-1',
    namespace: 'monitoring',
    job: 'pushgateway',
    instance: 'pushgateway-0:9091',
  });
  recorder.gauge(doctorCatalog.lastRun, {}, lastRun);
  for (const [code, title, worst] of FINDINGS) {
    recorder.gauge(doctorCatalog.check, { code, title }, (time) => (severity(lastRun(time)) > 0 ? worst : 0));
  }
}
