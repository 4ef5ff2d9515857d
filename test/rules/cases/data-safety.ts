import { type Case, only, POD, series } from '../case.js';

const DAY = 86_400;
const JOB = { namespace: 'shop', job_name: 'postgres-backup' };
const CRON_JOB = { namespace: 'shop', cronjob: 'postgres-backup' };
const REDIS_CRON_JOB = { namespace: 'shop', cronjob: 'redis-backup' };
const DRILL = { namespace: 'shop', job_name: 'postgres-restore' };
const DRILL_CRON_JOB = { namespace: 'shop', cronjob: 'postgres-restore' };
const DRILL_RUN = { namespace: 'shop', job_name: 'postgres-restore-29384756' };
const RUN = { namespace: 'shop', job_name: 'postgres-backup-29384756' };

export const dataSafety: readonly Case[] = [
  {
    alert: 'PmcpBackupMissing',
    fires: [
      {
        series: only('up', POD, '1x70'),
        at: 60,
        labels: {},
        description:
          'No job reports a backup, neither by itself nor through Kubernetes. Users notice nothing until data is lost, and then it is lost for good.',
      },
      {
        // One of two has disappeared.
        series: {
          [series('kube_cronjob_status_last_successful_time', CRON_JOB)]: '0x9 stale',
          [series('kube_cronjob_status_last_successful_time', REDIS_CRON_JOB)]: '0x90',
        },
        at: 70,
        labels: JOB,
        description:
          'Nothing reports a success of the backup job postgres-backup, neither by itself nor through Kubernetes. Users notice nothing until data is lost, and then it is lost for good.',
      },
      {
        // One has existed for longer than a backup may be old, and never succeeded.
        series: {
          [series('kube_cronjob_info', CRON_JOB)]: '1x1640',
          [series('kube_cronjob_status_last_successful_time', REDIS_CRON_JOB)]: '0x1640',
        },
        at: 26 * 60 + 60,
        labels: JOB,
        description:
          'Nothing reports a success of the backup job postgres-backup, neither by itself nor through Kubernetes. Users notice nothing until data is lost, and then it is lost for good.',
      },
    ],
    quiet: [
      {
        why: 'it is not due yet',
        series: {
          [series('kube_cronjob_info', CRON_JOB)]: '1x1500',
          [series('kube_cronjob_status_last_successful_time', REDIS_CRON_JOB)]: '0x1500',
        },
        at: 1500,
      },
      {
        why: 'the job reports what Kubernetes no longer reports',
        series: {
          [series('kube_cronjob_status_last_successful_time', CRON_JOB)]: '0x9 stale',
          [series('pmcp_job_last_success_timestamp_seconds', JOB)]: '0x90',
        },
        at: 90,
      },
      {
        why: 'the job reports it',
        series: only('pmcp_job_last_success_timestamp_seconds', JOB, '0x70'),
        at: 70,
      },
      {
        why: 'Kubernetes reports it',
        series: only('kube_cronjob_status_last_successful_time', CRON_JOB, '0x70'),
        at: 70,
      },
    ],
  },
  {
    alert: 'PmcpBackupFailed',
    fires: [
      {
        series: only('pmcp_job_last_exit_code', JOB, '0x3 1x10'),
        at: 4,
        labels: JOB,
        description:
          'The backup job postgres-backup failed. Users notice nothing yet; what they store from now on is in no backup until one succeeds.',
      },
      {
        series: only('kube_job_failed', { ...RUN, condition: 'true' }, '0x3 1x10'),
        at: 4,
        labels: RUN,
        description:
          'The backup job postgres-backup-29384756 failed. Users notice nothing yet; what they store from now on is in no backup until one succeeds.',
      },
    ],
    quiet: [
      {
        why: 'it succeeded',
        series: {
          [series('pmcp_job_last_exit_code', JOB)]: '0x13',
          [series('pmcp_job_runs_total', { ...JOB, outcome: 'success' })]: '0x3 1x10',
          [series('pmcp_job_runs_total', { ...JOB, outcome: 'failure' })]: '1x13',
        },
        at: 10,
      },
      {
        why: 'another job failed',
        series: only(
          'kube_job_failed',
          { namespace: 'shop', job_name: 'report-1', condition: 'true' },
          '1x10',
        ),
        at: 10,
      },
      {
        why: 'a pod of it failed, and the next one succeeded',
        series: {
          [series('kube_job_status_failed', RUN)]: '1x10',
          [series('kube_job_failed', { ...RUN, condition: 'true' })]: '0x10',
          [series('kube_job_failed', { ...RUN, condition: 'false' })]: '1x10',
        },
        at: 10,
      },
    ],
  },
  {
    alert: 'PmcpBackupTooOld',
    fires: [
      {
        series: only('pmcp_job_last_success_timestamp_seconds', JOB, '0x1600'),
        at: 1566,
        labels: JOB,
        description:
          'The backup job postgres-backup last succeeded 1d 2h 6m 0s ago. If the database were lost now, users would lose all that they stored since.',
      },
      {
        series: only('kube_cronjob_status_last_successful_time', CRON_JOB, '0x1600'),
        at: 1566,
        labels: JOB,
        description:
          'The backup job postgres-backup last succeeded 1d 2h 6m 0s ago. If the database were lost now, users would lose all that they stored since.',
      },
    ],
    quiet: [
      {
        why: 'one succeeded an hour before',
        series: only('pmcp_job_last_success_timestamp_seconds', JOB, '0x1500 90000x100'),
        at: 1600,
      },
      {
        why: 'one of the two sources has a newer success',
        series: {
          [series('pmcp_job_last_success_timestamp_seconds', JOB)]: '0x1600',
          [series('kube_cronjob_status_last_successful_time', CRON_JOB)]: '90000x1600',
        },
        at: 1600,
      },
    ],
  },
  {
    alert: 'PmcpBackupSmall',
    fires: [
      {
        series: only('pmcp_job_last_size_bytes', JOB, '100x1440 40x100'),
        at: 1446,
        labels: JOB,
        description:
          'The last backup of postgres-backup has 40.1% of the size that it had in the last week. It may hold only part of what users stored.',
      },
    ],
    quiet: [
      {
        why: 'it is a little smaller',
        series: only('pmcp_job_last_size_bytes', JOB, '100x1440 60x100'),
        at: 1500,
      },
    ],
  },
  {
    alert: 'PmcpBackupFast',
    fires: [
      {
        series: only('pmcp_job_last_duration_seconds', JOB, '100x1440 10x100'),
        at: 1446,
        labels: JOB,
        description:
          'The last backup of postgres-backup took 10.04% of the time that it took in the last week. It may have read only part of what users stored.',
      },
    ],
    quiet: [
      {
        why: 'it is a little faster',
        series: only('pmcp_job_last_duration_seconds', JOB, '100x1440 30x100'),
        at: 1500,
      },
    ],
  },
  {
    alert: 'PmcpRestoreFailed',
    fires: [
      {
        series: only('pmcp_job_last_exit_code', DRILL, '0x3 1x10'),
        at: 4,
        labels: DRILL,
        description:
          'The restore drill postgres-restore failed. Users notice nothing yet; if the data were lost now, nobody knows whether the last backup could bring it back.',
      },
      {
        series: only('kube_job_failed', { ...DRILL_RUN, condition: 'true' }, '0x3 1x10'),
        at: 4,
        labels: DRILL_RUN,
        description:
          'The restore drill postgres-restore-29384756 failed. Users notice nothing yet; if the data were lost now, nobody knows whether the last backup could bring it back.',
      },
    ],
    quiet: [
      { why: 'it succeeded', series: only('pmcp_job_last_exit_code', DRILL, '0x13'), at: 10 },
      { why: 'a backup failed', series: only('pmcp_job_last_exit_code', JOB, '1x10'), at: 10 },
    ],
  },
  {
    alert: 'PmcpRestoreTooOld',
    fires: [
      {
        // It succeeded 31 days before, and the alert waits for a day.
        series: only('pmcp_job_last_success_timestamp_seconds', DRILL, `${-31 * DAY}x1600`),
        at: 1 + 24 * 60,
        labels: DRILL,
        description:
          'The restore drill postgres-restore has not succeeded for 32d 0h 1m 0s. Users notice nothing, but nobody knows whether the backups could bring their data back.',
      },
      {
        series: only('kube_cronjob_status_last_successful_time', DRILL_CRON_JOB, `${-31 * DAY}x1600`),
        at: 1 + 24 * 60,
        labels: DRILL,
        description:
          'The restore drill postgres-restore has not succeeded for 32d 0h 1m 0s. Users notice nothing, but nobody knows whether the backups could bring their data back.',
      },
      {
        // It has been there for a month, and never succeeded.
        series: only('kube_cronjob_created', DRILL_CRON_JOB, `${-31 * DAY}x1600`),
        at: 1 + 24 * 60,
        labels: DRILL,
        description:
          'The restore drill postgres-restore has not succeeded for 32d 0h 1m 0s. Users notice nothing, but nobody knows whether the backups could bring their data back.',
      },
      {
        // There is no drill.
        series: only('kube_cronjob_status_last_successful_time', CRON_JOB, '0x1600'),
        at: 24 * 60,
        labels: {},
        description:
          'There are backups, and no job that restores them has ever succeeded. Users notice nothing, but nobody knows whether the backups could bring their data back.',
      },
    ],
    quiet: [
      {
        why: 'it has succeeded within the month',
        series: only('pmcp_job_last_success_timestamp_seconds', DRILL, `${-29 * DAY}x1600`),
        at: 1600,
      },
      {
        why: 'the drill of a month of 31 days begins a little late',
        series: only('pmcp_job_last_success_timestamp_seconds', DRILL, `${-31 * DAY}x600 ${600 * 60}x1000`),
        at: 1600,
      },
      {
        why: 'a new CronJob has yet to run',
        series: {
          [series('kube_cronjob_created', DRILL_CRON_JOB)]: '0x1600',
          [series('kube_cronjob_status_last_successful_time', CRON_JOB)]: '0x1600',
        },
        at: 1600,
      },
      {
        why: 'one of the two sources knows of a younger one',
        series: {
          [series('pmcp_job_last_success_timestamp_seconds', DRILL)]: `${-40 * DAY}x1600`,
          [series('kube_cronjob_status_last_successful_time', DRILL_CRON_JOB)]: '0x1600',
          [series('kube_cronjob_created', DRILL_CRON_JOB)]: `${-90 * DAY}x1600`,
        },
        at: 1600,
      },
      { why: 'there is no backup either', series: only('up', POD, '1x1600'), at: 1600 },
    ],
  },
];
