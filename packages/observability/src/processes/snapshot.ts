import { randomUUID } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import type { Metric as PromMetric, Registry } from 'prom-client';
import type { Metric } from '../catalog.js';
import type { Health, HealthReport, Readiness } from '../health/health.js';
import type { ShownExemplar } from '../metrics/exemplars.js';
import type { ExponentialNumbers } from '../metrics/exponential.js';
import type { Family } from '../metrics/family.js';
import { snapshot } from '../metrics/foreign.js';
import { HistogramFamily, type HistogramForm } from '../metrics/histogram-family.js';
import type { Snapshot as ForeignSnapshot } from '../metrics/prom-values.js';
import { RegisteredFamily } from '../metrics/registry.js';

/** One of our metrics in one process: its definition, its series, and their numbers. */
export interface FamilySnapshot {
  readonly metric: Metric;
  /** The label values of each slot; undefined if its series was removed. */
  readonly series: readonly (readonly string[] | undefined)[];
  /** The result of `Family.numbers()`. */
  readonly numbers: Float64Array;
  /** Since when each series counts. Undefined in snapshots of older versions. */
  readonly starts?: Float64Array;
  /** The form of a histogram, and its native buckets. */
  readonly form?: HistogramForm;
  readonly exponentials?: readonly (ExponentialNumbers | undefined)[];
  /** Changes when the series change. */
  readonly generation: number;
}

/** A foreign metric, with prom-client's name for the way to merge it over processes. */
export type ForeignMetric = ForeignSnapshot & { readonly aggregator?: string };

/** Everything that one process shows. Plain data, since it is sent between processes. */
export interface ProcessSnapshot {
  /** The id of the toolkit. */
  readonly id: string;
  readonly pid: number;
  readonly threadId: number;
  readonly families: readonly FamilySnapshot[];
  readonly foreign: readonly ForeignMetric[];
  /** Undefined until the checks ran once. */
  readonly health: HealthReport | undefined;
  readonly readiness: Readiness | undefined;
}

/** The parts of a toolkit that are shown. */
export interface Shown {
  readonly registry: Registry;
  readonly health: Pick<Health, 'report' | 'readiness'>;
}

/** How long a foreign metric may take to be collected. If it takes longer, it is missing this time. */
const FOREIGN_MS = 100;

/** Takes a snapshot of a toolkit, and waits for nothing slow. */
export class Snapshots {
  readonly id = randomUUID();
  private health: Pick<ProcessSnapshot, 'health' | 'readiness'> | undefined;

  constructor(private readonly shown: Shown) {}

  async take(): Promise<ProcessSnapshot> {
    const metrics = this.shown.registry.getMetricsAsArray() as unknown[];
    // For the next snapshot, since a check may take seconds.
    void this.refresh();
    const others = metrics.filter((metric) => !isOurs(metric)) as PromMetric[];
    const foreign = await Promise.all(others.map((metric) => collected(metric, this.shown.registry)));
    return {
      id: this.id,
      pid: process.pid,
      threadId,
      // Read after the wait, so that they are as new as possible.
      families: metrics.filter(isOurs).map(({ family }) => familySnapshot(family)),
      foreign: foreign.filter((metric) => metric !== undefined),
      health: this.health?.health,
      readiness: this.health?.readiness,
    };
  }

  private async refresh(): Promise<void> {
    const { health } = this.shown;
    const [report, readiness] = await Promise.all([health.report(), health.readiness()]);
    this.health = { health: report, readiness };
  }
}

async function collected(metric: PromMetric, registry: Registry): Promise<ForeignMetric | undefined> {
  try {
    return plain(await snapshot(metric, registry, FOREIGN_MS));
  } catch {
    return undefined;
  }
}

function isOurs(metric: unknown): metric is RegisteredFamily {
  return metric instanceof RegisteredFamily;
}

export function familySnapshot(family: Family): FamilySnapshot {
  const { metric, series } = family;
  return {
    metric,
    series: series.map((values, slot) => (family.has(slot) ? values : undefined)),
    numbers: family.numbers(),
    starts: family.startTimes(),
    ...(family instanceof HistogramFamily && {
      form: family.form,
      exponentials: family.exponentialNumbers(),
    }),
    generation: family.generation,
  };
}

/** Removes functions, which prom-client's metrics may hold and which can't be sent. JSON would not do, since it has no NaN. */
function plain({ name, help, type, aggregator, values = [] }: ForeignMetric): ForeignMetric {
  return {
    name,
    help,
    type,
    ...(aggregator !== undefined && { aggregator }),
    values: values.map(({ labels = {}, sharedLabels = {}, value, metricName, exemplar }) => ({
      labels: { ...sharedLabels, ...labels },
      value,
      ...(metricName !== undefined && { metricName }),
      ...(exemplar && { exemplar: exemplarOf(exemplar) }),
    })),
  };
}

function exemplarOf({ labelSet, value, timestamp }: ShownExemplar): ShownExemplar {
  return { labelSet: { ...labelSet }, value, timestamp };
}
