import { jobCatalog } from '@pmcp/observability/catalog';
import { absent, avgOverTime, labelReplace, max, time as now } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { kubernetes } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

const JOB = ['cluster', 'namespace', 'job_name'] as const;

/** Whether what was stored could be brought back. */
export function dataSafety(c: Context): AlertRule[] {
  return [missing(c), ...failed(c), tooOld(c), ...suspicious(c)];
}

function missing({ alert, selectors: { backups } }: Context): AlertRule {
  return alert({
    name: 'PmcpBackupMissing',
    severity: 'warning',
    expr: absent(jobCatalog.lastSuccess, { where: backups }).and(
      absent(kubernetes.cronJobSuccess, { where: ofCronJobs(backups) }),
      { on: [] },
    ),
    for: '1h',
    summary: 'No backup is known.',
    description:
      'No job reports a backup, neither by itself nor through Kubernetes. Users notice nothing until data is lost, and then it is lost for good.',
    dashboard: 'dependencies',
  });
}

/** Kubernetes calls a job by the name of its CronJob, and each of its runs by a name made from that. */
function ofCronJobs({ job_name, ...others }: Context['selectors']['backups']) {
  return { ...others, ...(job_name !== undefined && { cronjob: job_name }) };
}

function failed({ alert, selectors: { backups: where } }: Context): AlertRule[] {
  return [
    alert({
      name: 'PmcpBackupFailed',
      severity: 'warning',
      expr: max(jobCatalog.lastExitCode, { by: JOB, where })
        .gt(0)
        .or(max(kubernetes.jobFailed, { by: JOB, where }).gt(0)),
      summary: 'A backup failed.',
      description: ({ job_name }) =>
        `The backup job ${job_name} failed. Users notice nothing yet; what they store from now on is in no backup until one succeeds.`,
      dashboard: 'dependencies',
    }),
  ];
}

function tooOld({ alert, scale, thresholds, selectors: { backups: where } }: Context): AlertRule {
  const cronJobs = labelReplace(
    max(kubernetes.cronJobSuccess, { by: ['cluster', 'namespace', 'cronjob'], where: ofCronJobs(where) }),
    { label: 'job_name', replacement: '$1', from: 'cronjob', regex: '(.*)' },
  );
  const lastSuccess = max(max(jobCatalog.lastSuccess, { by: JOB, where }).or(cronJobs), { by: JOB });
  const age = now().minus(lastSuccess);
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
