import { counter, gauge } from './metric.js';

const JOB = ['job_name'] as const;

/**
 * What `pmcp-observability job` publishes about a command. No server has these metrics.
 *
 * @example
 * ```ts
 * import { jobCatalog } from '@pmcp/observability/catalog';
 *
 * const query = `time() - ${jobCatalog.lastSuccess.name}`;
 * ```
 */
export const jobCatalog = {
  lastSuccess: gauge(
    'pmcp_job_last_success_timestamp_seconds',
    'When the job last ended with exit code 0; absent until it has.',
    JOB,
    { unit: 'seconds' },
  ),
  lastRun: gauge('pmcp_job_last_run_timestamp_seconds', 'When the job last ended.', JOB, { unit: 'seconds' }),
  lastDuration: gauge('pmcp_job_last_duration_seconds', 'How long the job took when it last ran.', JOB, {
    unit: 'seconds',
  }),
  lastExitCode: gauge(
    'pmcp_job_last_exit_code',
    'Exit code of the last run; 128 and its number for a signal.',
    JOB,
  ),
  lastSize: gauge(
    'pmcp_job_last_size_bytes',
    'Size of what the job wrote when it last succeeded; only when it is told what that is.',
    JOB,
    { unit: 'bytes' },
  ),
  runs: counter('pmcp_job_runs_total', 'Runs of the job that have ended, by outcome: success or failure.', [
    'job_name',
    'outcome',
  ]),
} as const;
