import { jobCatalog } from '@pmcp/observability/catalog';
import {
  type Duration,
  type Expression,
  type Gauge,
  type LabelOf,
  labelReplace,
  max,
  maxOverTime,
  select,
  type Where,
} from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { kubernetes } from '../external.js';

export const JOB = ['cluster', 'namespace', 'job_name'] as const;
export const CRON_JOB = ['cluster', 'namespace', 'cronjob'] as const;

type Jobs = Context['selectors']['backups'];

/**
 * Returns when each job last succeeded, as it reports itself or as Kubernetes does. With a window, jobs that
 * only reported this earlier in the window are included.
 */
export function lastSuccess(where: Jobs, window?: Duration) {
  const read = <M extends Gauge>(metric: M, where: Where<LabelOf<M>>) =>
    window ? maxOverTime(metric, { where, window }) : select(metric, { where });
  const jobs = max(read(jobCatalog.lastSuccess, where), { by: JOB });
  const cronJobs = max(read(kubernetes.cronJobSuccess, ofCronJobs(where)), { by: CRON_JOB });
  return max(jobs.or(withJobName(cronJobs)), { by: JOB });
}

export function withJobName<Label extends string>(cronJobs: Expression<Label | 'cronjob'>) {
  return labelReplace(cronJobs, { label: 'job_name', replacement: '$1', from: 'cronjob', regex: '(.*)' });
}

/** Kubernetes names the runs of a CronJob after it, so a job is identified by the name of its CronJob. */
export function ofCronJobs({ job_name, ...others }: Jobs) {
  return { ...others, ...(job_name !== undefined && { cronjob: job_name }) };
}

/** Selects jobs whose last run failed, as they report it themselves or as Kubernetes does. */
export function failedRun(where: Jobs) {
  return max(jobCatalog.lastExitCode, { by: JOB, where })
    .gt(0)
    .or(max(kubernetes.jobFailed, { by: JOB, where: { ...where, condition: 'true' } }).gt(0));
}
