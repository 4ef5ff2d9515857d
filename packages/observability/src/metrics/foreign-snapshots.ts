import type { Metric as PromMetric, Registry } from 'prom-client';
import { snapshot } from './foreign.js';
import type { Pace } from './pace.js';
import type { Snapshot } from './prom-values.js';

/** Told what failed, by a metric's name, and how. */
export type OnFailure = (name: string, error: unknown) => void;

export function nameOf(metric: unknown): string {
  return String((metric as { name?: unknown }).name);
}

/**
 * What metrics that are not ours say. Each begins in a turn of its own when those before took long: prom-client copies all
 * its series at once.
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
