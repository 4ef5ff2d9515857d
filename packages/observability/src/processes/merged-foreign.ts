import type { ForeignMetric } from './snapshot.js';

type Value = NonNullable<ForeignMetric['values']>[number];

/** Where a foreign metric comes from. */
export interface Origin {
  /** The number of the process in its server. */
  readonly worker: number;
  /** Whether an earlier origin belongs to the same process. */
  readonly isSecondOfProcess: boolean;
  /** Whether an earlier origin belongs to the same thread. */
  readonly isSecondOfThread: boolean;
}

interface Merged {
  readonly metric: ForeignMetric;
  readonly values: Map<string, Value>;
}

const COMBINE: Readonly<Record<string, (one: number, other: number) => number>> = {
  sum: (one, other) => one + other,
  min: Math.min,
  max: Math.max,
  first: (one) => one,
};

/** Merges metrics of the runtime and of the application of several processes. */
export class MergedForeign {
  private readonly merged = new Map<string, Merged>();

  get all(): ForeignMetric[] {
    return [...this.merged.values()].map(({ metric, values }) => ({
      ...metric,
      values: [...values.values()],
    }));
  }

  add(metric: ForeignMetric, origin: Origin): void {
    const { name, aggregator = 'sum' } = metric;
    // Toolkits in one process or one thread measure the same thing, so only the first counts.
    if (origin.isSecondOfProcess && name.startsWith('process_')) return;
    if (origin.isSecondOfThread && name.startsWith('nodejs_')) return;
    let merged = this.merged.get(name);
    if (merged === undefined) {
      merged = { metric, values: new Map() };
      this.merged.set(name, merged);
    }
    if (merged.metric.type !== metric.type) return;
    // The sum of quantiles or averages of several processes means nothing.
    const combine = metric.type === 'summary' ? undefined : COMBINE[aggregator];
    for (const value of metric.values ?? []) {
      if (combine) put(merged.values, value, combine);
      else put(merged.values, withWorker(value, origin.worker), COMBINE.first!);
    }
  }
}

function put(
  values: Map<string, Value>,
  value: Value,
  combine: (one: number, other: number) => number,
): void {
  const key = keyOf(value);
  const before = values.get(key);
  values.set(key, before === undefined ? value : { ...before, value: combine(before.value, value.value) });
}

function keyOf({ metricName, labels, sharedLabels }: Value): string {
  const all = Object.entries({ ...sharedLabels, ...labels }).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([metricName, all.map(([name, value]) => [name, String(value)])]);
}

function withWorker(value: Value, worker: number): Value {
  return { ...value, labels: { ...value.labels, worker } };
}
