import { NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { spoken } from '../../facts/duration.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** Names of the jobs that make backups, and of those that try to restore them. The alerts find them by the same names. */
const BACKUPS = '.*backup.*';
const DRILLS = '.*(restore|drill).*';
/** Seconds: a backup every night, and two hours more. */
const OLDEST = 26 * 3_600;
/** Seconds: a restore drill every month, and some days more. */
const OLDEST_DRILL = 35 * 86_400;

async function jobs(
  context: Context,
  names: string,
  expression: string,
): Promise<{ readonly name: string; readonly value: number }[]> {
  const found = await query(context, expression);
  if (found.length > 0) return found.map(({ labels, value }) => ({ name: labels.job_name ?? '', value }));
  throw new NotApplicable(
    `no job with ${names === BACKUPS ? '"backup"' : '"restore" or "drill"'} in its name tells Prometheus of its runs`,
  );
}

/** Returns the seconds since each job last succeeded, as reported by the job itself or by Kubernetes. */
function ages(context: Context, names: string) {
  const own = `pmcp_job_last_success_timestamp_seconds{job_name=~"${names}"}`;
  const cronJobs = `kube_cronjob_status_last_successful_time{cronjob=~"${names}"}`;
  const named = `label_replace(${cronJobs}, "job_name", "$1", "cronjob", "(.*)")`;
  return jobs(context, names, `min by (job_name) (time() - (${own} or ${named}))`);
}

export const backupsAreRecent = prometheusCheck({
  code: 'PMCP-D350',
  title: 'Backups that were made once are made still.',
  why: 'What was written since the last backup is lost with the disk.',
  cure: 'Look why the job does not run or fails: `kubectl get cronjob,job`, or its log; then run it now: `kubectl create job --from=cronjob/NAME NAME-now`.',
  severity: 'fail',
  async run(context) {
    return (await ages(context, BACKUPS))
      .filter(({ value }) => value > OLDEST)
      .map(({ name, value }) => ({ found: `${name} last succeeded ${spoken(value)} ago` }));
  },
});

export const backupsHoldSomething = prometheusCheck({
  code: 'PMCP-D351',
  title: 'No backup is empty.',
  why: 'A dump that fails behind a pipe ends well and writes nothing: the job is green, and there is nothing to restore.',
  cure: 'Let the shell fail where a part of a pipe does (`set -o pipefail`), and look at what the job wrote.',
  severity: 'fail',
  async run(context) {
    const sizes = await jobs(
      context,
      BACKUPS,
      `max by (job_name) (pmcp_job_last_size_bytes{job_name=~"${BACKUPS}"})`,
    );
    return sizes
      .filter(({ value }) => value === 0)
      .map(({ name }) => ({ found: `the last backup of ${name} has 0 bytes` }));
  },
});

export const backupsSucceed = prometheusCheck({
  code: 'PMCP-D352',
  title: 'The last run of each backup succeeded.',
  why: 'One that failed may be followed by others that fail, until the last good one is too old to be of use.',
  cure: 'Look at the log of the job, and run it again.',
  severity: 'warn',
  after: ['PMCP-D100', 'PMCP-D350'],
  async run(context) {
    const codes = await jobs(
      context,
      BACKUPS,
      `max by (job_name) (pmcp_job_last_exit_code{job_name=~"${BACKUPS}"})`,
    );
    return codes
      .filter(({ value }) => value !== 0)
      .map(({ name, value }) => ({ found: `the last run of ${name} ended with exit code ${value}` }));
  },
});

export const backupsAreRestored = prometheusCheck({
  code: 'PMCP-D353',
  title: 'Backups are restored now and then, to see that they can be.',
  why: 'A backup that nobody has restored is a hope: versions, rights and missing tables show only there.',
  cure: 'Do the drill of docs/operate.md, as a job with `restore` in its name: `pmcp-observability job --name restore-drill -- ./drill.sh`.',
  severity: 'warn',
  async run(context) {
    return (await ages(context, DRILLS))
      .filter(({ value }) => value > OLDEST_DRILL)
      .map(({ name, value }) => ({ found: `${name} last succeeded ${spoken(value)} ago` }));
  },
});

/** Seconds by which the clock of a job may be ahead. */
const AHEAD = 3_600;

export const jobsKnowTheTime = prometheusCheck({
  code: 'PMCP-D354',
  title: 'No job succeeds in the future.',
  why: 'A job whose last success is in the future never looks old: the alert that it stopped can never fire.',
  cure: 'Push the time in seconds since 1970 (`date +%s`), not in milliseconds, and set the clock of the machine on which the job runs.',
  severity: 'fail',
  async run(context) {
    const future = `max by (job_name) (pmcp_job_last_success_timestamp_seconds) > time() + ${AHEAD}`;
    return (await query(context, future)).map(({ labels, value }) => ({
      found: `${labels.job_name} says that it last succeeded ${timeOf(value)}`,
    }));
  },
});

function timeOf(seconds: number): string {
  const inMilliseconds = seconds / 1_000;
  const isMilliseconds = inMilliseconds < Date.now() / 1_000 + AHEAD;
  if (isMilliseconds && inMilliseconds > Date.now() / 2_000) return `at ${seconds}, which are milliseconds`;
  return `in ${spoken(seconds - Date.now() / 1_000)}`;
}
