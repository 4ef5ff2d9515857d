import { NotApplicable } from '../../check.js';
import type { Context } from '../../context.js';
import { spoken } from '../../facts/duration.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** The jobs that make backups, as the alerts know them: by their names. */
const BACKUPS = 'job_name=~".*backup.*"';
/** Seconds: a backup of each night, with two hours to spare. */
const OLDEST = 26 * 3_600;

async function jobs(
  context: Context,
  expression: string,
): Promise<{ readonly name: string; readonly value: number }[]> {
  const found = await query(context, `max by (job_name) (${expression})`);
  if (found.length === 0)
    throw new NotApplicable('Prometheus has no metrics of a job with backup in its name');
  return found.map(({ labels, value }) => ({ name: labels.job_name ?? '', value }));
}

export const backupsAreRecent = prometheusCheck({
  code: 'PMCP-D350',
  title: 'Backups that were made once are made still.',
  why: 'What was written since the last backup is lost with the disk.',
  cure: 'Look why the job does not run or fails: `kubectl get cronjob,job`, or its log; then run it now: `kubectl create job --from=cronjob/NAME NAME-now`.',
  severity: 'fail',
  async run(context) {
    const ages = await jobs(context, `time() - pmcp_job_last_success_timestamp_seconds{${BACKUPS}}`);
    return ages
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
    const sizes = await jobs(context, `pmcp_job_last_size_bytes{${BACKUPS}}`);
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
    const codes = await jobs(context, `pmcp_job_last_exit_code{${BACKUPS}}`);
    return codes
      .filter(({ value }) => value !== 0)
      .map(({ name, value }) => ({ found: `the last run of ${name} ended with exit code ${value}` }));
  },
});
