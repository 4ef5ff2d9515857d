import type { Metric as PromMetric, Registry } from 'prom-client';
import { snapshot } from './foreign.js';
import type { Pace } from './pace.js';
import type { Snapshot } from './prom-values.js';

/** Called with the name of the metric that failed, and the error. */
export type OnFailure = (name: string, error: unknown) => void;

export function nameOf(metric: unknown): string {
  return String((metric as { name?: unknown }).name);
}

/**
 * Returns the snapshots of foreign metrics. Starts the next one in another turn of the event loop if the ones before took long,
 * since prom-client copies all series of a metric at once.
 *
 * @param onFailure called for a metric whose `get()` throws or hangs, or that is no metric
 */
export async function foreignSnapshots(
  registry: Registry,
  metrics: readonly PromMetric[],
  pace: Pace,
  onFailure: OnFailure,
): Promise<Map<unknown, Snapshot>> {
  const found = new Map<unknown, Snapshot>();
  const begun: Promise<void>[] = [];
  for (const metric of metrics) {
    begun.push(collect(metric, registry, found, onFailure));
    if (pace.isSpent) await pace.rest();
  }
  await Promise.all(begun);
  return found;
}

async function collect(
  metric: PromMetric,
  registry: Registry,
  found: Map<unknown, Snapshot>,
  onFailure: OnFailure,
): Promise<void> {
  try {
    found.set(metric, await snapshot(metric, registry));
  } catch (error) {
    onFailure(nameOf(metric), error);
  }
}
