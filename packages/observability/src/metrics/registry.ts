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
 * A family as prom-client sees it: a metric that collects from our store when it is asked.
 * It can be read, merged and reset like any other; only the recorder writes it.
 */
export class RegisteredFamily {
  readonly help: string;
  readonly type: Metric['type'];
  readonly labelNames: readonly string[];
  readonly aggregator = 'sum';

  /** Set by a registry that is about to render OpenMetrics. */
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

  /** Registries take the `_total` from the names of their counters, for good, and append it to each sample. */
  set name(_: string) {
    this.isRenamed = true;
  }

  /** What a registry turns into text. */
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

  /** Counters and histograms start again from 0; a gauge states what is so now and stays. */
  reset(): void {
    if (this.type !== 'gauge') this.family.zero();
  }
}

/** Puts families into a registry, beside whatever the application keeps there. */
export function registerFamilies(families: readonly object[], registry: Registry): void {
  for (const family of families as readonly Family[]) {
    registry.registerMetric(new RegisteredFamily(family, registry) as unknown as PromMetric);
  }
}

/** Labels that the application gave to every metric of its registry; prom-client keeps them to itself. */
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
