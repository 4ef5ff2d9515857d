import { gauge } from './metric.js';

/**
 * What `pmcp-observability doctor` publishes about its checks. No server has these metrics.
 *
 * @example
 * ```ts
 * import { doctorCatalog } from '@pmcp/observability/catalog';
 *
 * const query = `${doctorCatalog.check.name} > 0`;
 * ```
 */
export const doctorCatalog = {
  check: gauge(
    'pmcp_doctor_check',
    'What a check of the doctor found when it last ran: 0 nothing, 1 a warning, 2 an error; absent where it could not tell. `title` says what should be true.',
    ['code', 'title'],
  ),
  lastRun: gauge('pmcp_doctor_last_run_timestamp_seconds', 'When the doctor last ended.', [], {
    unit: 'seconds',
  }),
} as const;
