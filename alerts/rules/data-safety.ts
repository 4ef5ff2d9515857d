import { jobCatalog } from '@pmcp/observability/catalog';
import { absent, avgOverTime, max, time as now } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { kubernetes } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { CRON_JOB, failedRun, JOB, lastSuccess, ofCronJobs, withJobName } from './jobs.js';
import { restores } from './restores.js';

/** Alerts about whether stored data could be restored. */
export function dataSafety(c: Context): AlertRule[] {
  return [missing(c), ...failed(c), tooOld(c), ...suspicious(c), ...restores(c)];
}

function missing({ alert, time, thresholds, selectors: { backups: where } }: Context): AlertRule {
  const none = absent(jobCatalog.lastSuccess, { where }).and(
    absent(kubernetes.cronJobSuccess, { where: ofCronJobs(where) }),
    { on: [] },
  );
  const vanished = lastSuccess(where, time('2d'));
  const cronJobs = { by: CRON_JOB, where: ofCronJobs(where) };
  // A new CronJob may not have run yet.
  const offset = time(`${Math.ceil(thresholds.backupAgeSeconds)}s`);
  const due = max(kubernetes.cronJob, cronJobs).and(max(kubernetes.cronJob, { ...cronJobs, offset }));
  const named = max(vanished.or(withJobName(due)), { by: JOB }).unless(lastSuccess(where));
  return alert({
    name: 'PmcpBackupMissing',
    severity: 'warning',
    expr: none.unless(named, { on: [] }).or(named),
    for: '1h',
    summary: 'No backup is known.',
    description:
      '{{ with $labels.job_name }}Nothing reports a success of the backup job {{ . }}{{ else }}No job reports a backup{{ end }}, neither by itself nor through Kubernetes. Users notice nothing until data is lost, and then it is lost for good.',
    dashboard: 'dependencies',
  });
}

function failed({ alert, selectors: { backups: where } }: Context): AlertRule[] {
  return [
    alert({
      name: 'PmcpBackupFailed',
      severity: 'warning',
      expr: failedRun(where),
      summary: 'A backup failed.',
      description: ({ job_name }) =>
        `The backup job ${job_name} failed. Users notice nothing yet; what they store from now on is in no backup until one succeeds.`,
      dashboard: 'dependencies',
    }),
  ];
}

function tooOld({ alert, scale, thresholds, selectors: { backups: where } }: Context): AlertRule {
  const age = now().minus(lastSuccess(where));
  return alert({
    name: 'PmcpBackupTooOld',
    severity: 'critical',
    expr: age.gt(thresholds.backupAgeSeconds * scale),
    for: '5m',
    summary: 'The last good backup is too old.',
    description: ({ job_name }) =>
      `The backup job ${job_name} last succeeded ${value.duration} ago. If the database were lost now, users would lose all that they stored since.`,
    dashboard: 'dependencies',
  });
}

function suspicious({ alert, time, thresholds, selectors: { backups: where } }: Context): AlertRule[] {
  const ofMean = (of: typeof jobCatalog.lastSize | typeof jobCatalog.lastDuration) =>
    max(of, { by: JOB, where }).dividedBy(
      max(avgOverTime(of, { where, window: time('1w') }), { by: JOB }).gt(0),
    );
  return [
    alert({
      name: 'PmcpBackupSmall',
      severity: 'warning',
      expr: ofMean(jobCatalog.lastSize).lt(thresholds.backupSizeShare),
      for: '5m',
      summary: 'A backup is suspiciously small.',
      description: ({ job_name }) =>
        `The last backup of ${job_name} has ${value.percent} of the size that it had in the last week. It may hold only part of what users stored.`,
      dashboard: 'dependencies',
    }),
    alert({
      name: 'PmcpBackupFast',
      severity: 'warning',
      expr: ofMean(jobCatalog.lastDuration).lt(thresholds.backupDurationShare),
      for: '5m',
      summary: 'A backup ended suspiciously fast.',
      description: ({ job_name }) =>
        `The last backup of ${job_name} took ${value.percent} of the time that it took in the last week. It may have read only part of what users stored.`,
      dashboard: 'dependencies',
    }),
  ];
}
