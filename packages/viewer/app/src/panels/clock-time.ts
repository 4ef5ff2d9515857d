import { dateTimeFormat } from '@grafana/data';

/** Formats a time to the second. */
export function clockTime(ms: number): string {
  return dateTimeFormat(ms, { format: 'YYYY-MM-DD HH:mm:ss' });
}
