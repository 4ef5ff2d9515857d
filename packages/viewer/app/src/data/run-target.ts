import type { DataFrame } from '@grafana/data';
import { queryInstant, queryRange, type Range } from '../api/prometheus.js';
import type { Target } from '../model/dashboard.js';
import { tableFrame, timeFrames } from './frames.js';

export interface Question {
  readonly target: Target;
  /** The name of the Prometheus to ask. */
  readonly source: string;
  /** The query, with all variables filled in. */
  readonly query: string;
  readonly range: Range;
  /** Whether the panel has other queries too. */
  readonly several: boolean;
  readonly signal: AbortSignal;
}

/** Whether a query asks only for the latest values. */
export function isInstant({ instant, range }: Target): boolean {
  return instant === true && range !== true;
}

export async function runTarget({
  target,
  source,
  query,
  range,
  several,
  signal,
}: Question): Promise<DataFrame[]> {
  const series = isInstant(target)
    ? await queryInstant(source, query, range.end, signal)
    : await queryRange(source, query, range, signal);
  if (target.format === 'table') {
    return [tableFrame(series, target, several ? `Value #${target.refId}` : 'Value')];
  }
  return timeFrames(series, target, range.step * 1000);
}
