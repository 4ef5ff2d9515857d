import { dateTimeFormat } from '@grafana/data';

/** A time as people here write it, to the second. */
export function clockTime(ms: number): string {
  return dateTimeFormat(ms, { format: 'YYYY-MM-DD HH:mm:ss' });
}
