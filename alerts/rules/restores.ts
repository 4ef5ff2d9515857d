import { max, time as now } from '../../prometheus/promql.js';
import type { Context } from '../context.js';
import { kubernetes } from '../external.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';
import { CRON_JOB, failedRun, JOB, lastSuccess, ofCronJobs, withJobName } from './jobs.js';

/** Alerts about the jobs that restore backups, to show that they can be restored. */
export function restores(c: Context): AlertRule[] {
  return [failed(c), tooOld(c)];
}

function failed({ alert, selectors: { drills: where } }: Context): AlertRule {
  return alert({
    name: 'PmcpRestoreFailed',
    severity: 'warning',
    expr: failedRun(where),
    summary: 'A backup could not be restored.',
    description: ({ job_name }) =>
      `The restore drill ${job_name} failed. Users notice nothing yet; if the data were lost now, nobody knows whether the last backup could bring it back.`,
    dashboard: 'dependencies',
  });
}

function tooOld({ alert, time, scale, thresholds, selectors: { drills, backups } }: Context): AlertRule {
  // A new CronJob has the whole time from its creation on.
  const created = max(kubernetes.cronJobCreated, { by: CRON_JOB, where: ofCronJobs(drills) });
  const since = max(lastSuccess(drills).or(withJobName(created)), { by: JOB });
  const never = max(lastSuccess(backups), { by: ['cluster'] }).unless(max(since, { by: ['cluster'] }));
  return alert({
    name: 'PmcpRestoreTooOld',
    severity: 'warning',
    expr: now()
      .minus(since)
      .gt(thresholds.restoreAgeSeconds * scale)
      .or(never),
    // A drill of each month is never late, whatever the length of the month.
    for: time('1d'),
    summary: 'No backup has been restored for a month.',
    description: `{{ with $labels.job_name }}The restore drill {{ . }} has not succeeded for ${value.duration}{{ else }}There are backups, and no job that restores them has ever succeeded{{ end }}. Users notice nothing, but nobody knows whether the backups could bring their data back.`,
    dashboard: 'dependencies',
  });
}
