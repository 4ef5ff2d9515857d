import type { Context } from '../context.js';
import { query } from './prometheus.js';
import { itsOwnPage } from './prometheus-state.js';
import { type Sample, total } from './samples.js';

const HOUR_SECONDS = 3_600;

/** By how much counters grew, and since when. */
export interface Growth {
  readonly count: number;
  readonly when: string;
}

/**
 * Returns how much counters of Prometheus about itself grew in the last hour.
 * If Prometheus does not scrape itself, only one that started in the last hour can tell:
 * what an older one counted may be of last month.
 */
export async function lately(context: Context, metrics: readonly string[]): Promise<Growth> {
  const grown = await Promise.all(metrics.map((metric) => query(context, `sum(increase(${metric}[1h]))`)));
  const values = grown.flat().map(({ value }) => value);
  if (values.length > 0) return { count: Math.ceil(sum(values)), when: 'in the last hour' };
  const page = await context.get(itsOwnPage);
  const counted = sum(metrics.map((metric) => total(page, metric) ?? 0));
  return { count: startedLately(page) ? counted : 0, when: 'since Prometheus started' };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Tells whether the process of a page started in the last hour, so that all it counted is recent. */
export function startedLately(page: readonly Sample[]): boolean {
  return Date.now() / 1_000 - (total(page, 'process_start_time_seconds') ?? 0) < HOUR_SECONDS;
}
