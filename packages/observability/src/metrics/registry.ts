import { type Metric as PromMetric, Registry } from 'prom-client';
import type { Metric } from '../catalog.js';
import type { ShownExemplar } from './exemplars.js';
import type { Family, ScalarFamily } from './family.js';
import { formatNumber } from './format.js';
import { HistogramFamily } from './histogram-family.js';

interface Sample {
  readonly labels: Record<string, string>;
  readonly value: number;
  readonly metricName?: string;
  readonly exemplar?: ShownExemplar | undefined;
}

/**
 * A family as a prom-client metric that collects from our store. It can be read, merged and reset like any other metric. Only the
 * recorder writes it.
 */
export class RegisteredFamily {
  readonly help: string;
  readonly type: Metric['type'];
  readonly labelNames: readonly string[];
  readonly aggregator = 'sum';

  /** Set by a registry before it renders OpenMetrics. */
  private isRenamed = false;

  constructor(
    readonly family: Family,
    private readonly registry: { readonly contentType: string },
  ) {
    ({ help: this.help, type: this.type, labels: this.labelNames } = family.metric);
  }

  get name(): string {
    return this.family.metric.name;
  }

  /** Registries remove `_total` from the names of their counters, for good, and append it to each sample. */
  set name(_: string) {
    this.isRenamed = true;
  }

  /** The form that a registry renders. */
  async getForPromString() {
    const strips = this.isRenamed || this.registry.contentType === Registry.OPENMETRICS_CONTENT_TYPE;
    this.isRenamed = false;
    const metric = await this.get();
    if (!strips || this.type !== 'counter') return metric;
    return { ...metric, name: metric.name.replace(/_total$/, '') };
  }

  async get() {
    const { name, help, type } = this.family.metric;
    const { aggregator } = this;
    const samples = this.family instanceof HistogramFamily ? histogramSamples : scalarSamples;
    const { family } = this;
    const values = family.series.flatMap((_, slot) =>
      family.has(slot) ? samples(family as never, slot) : [],
    );
    return { name, help, type, aggregator, values };
  }

  /** Counters and histograms start again from 0. Gauges show the present state, and stay. */
  reset(): void {
    if (this.type !== 'gauge') this.family.zero();
  }
}

/** Adds families to a registry, next to the application's own metrics. */
export function registerFamilies(families: readonly object[], registry: Registry): void {
  for (const family of families as readonly Family[]) {
    registry.registerMetric(new RegisteredFamily(family, registry) as unknown as PromMetric);
  }
}

/** Returns the default labels of the application's registry, which prom-client keeps in a private field. */
export function defaultLabelsOf(registry: Registry): Record<string, string> {
  return (registry as unknown as { _defaultLabels?: Record<string, string> })._defaultLabels ?? {};
}

function labelsOf(family: Family, slot: number): Record<string, string> {
  const values = family.series[slot] as readonly string[];
  return Object.fromEntries(family.metric.labels.map((label, i) => [label, values[i] ?? '']));
}

function scalarSamples(family: ScalarFamily, slot: number): Sample[] {
  return [{ labels: labelsOf(family, slot), value: family.value(slot) }];
}

function histogramSamples(family: HistogramFamily, slot: number): Sample[] {
  const labels = labelsOf(family, slot);
  const { name } = family.metric;
  const bounds = [...family.bounds, Number.POSITIVE_INFINITY];
  return [
    ...bounds.map((bound, bucket) => ({
      labels: { le: formatNumber(bound), ...labels },
      value: family.cumulative(slot, bucket),
      metricName: `${name}_bucket`,
      exemplar: family.exemplar(slot, bucket),
    })),
    { labels, value: family.sum(slot), metricName: `${name}_sum` },
    { labels, value: family.count(slot), metricName: `${name}_count` },
  ];
}
