import type { ShownExemplar } from '../exemplars.js';
import type { Pace } from '../pace.js';
import type { Snapshot } from '../prom-values.js';
import type { HistogramValue, SummaryValue } from './messages.js';

type Sample = NonNullable<Snapshot['values']>[number];

/** The label by which prom-client splits a series into samples. */
const PARTS: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

/** A foreign series: the samples of one set of labels. */
export class Series {
  private readonly samples: Sample[] = [];

  constructor(
    private readonly name: string,
    readonly labels: readonly (readonly [name: string, value: unknown])[],
  ) {}

  add(sample: Sample): void {
    this.samples.push(sample);
  }

  get exemplar(): ShownExemplar | null | undefined {
    return this.samples[0]?.exemplar;
  }

  /** @throws if the value is no number */
  value(): number {
    return numberOf(this.name, this.samples.at(-1)?.value);
  }

  /** @throws if a count is invalid */
  histogram(): HistogramValue {
    const buckets = this.samples
      .flatMap((sample) => partOf(sample, 'le').map((bound) => ({ bound, sample })))
      .sort((one, other) => one.bound - other.bound);
    const finite = buckets.filter(({ bound }) => bound !== Number.POSITIVE_INFINITY);
    const count = this.ending('_count') ?? buckets.at(-1)?.sample.value;
    return {
      bounds: finite.map(({ bound }) => bound),
      cumulative: [...finite.map(({ sample }) => sample.value), count].map((value) =>
        countOf(this.name, value),
      ),
      sum: this.ending('_sum') ?? 0,
      exemplars: buckets.map(({ sample }) => sample.exemplar),
      start: undefined,
      exponential: undefined,
      isClassic: true,
    };
  }

  /** @throws if its count is invalid */
  summary(): SummaryValue {
    return {
      count: countOf(this.name, this.ending('_count') ?? 0),
      sum: this.ending('_sum') ?? 0,
      quantiles: this.samples.flatMap((sample) =>
        partOf(sample, 'quantile').map((quantile) => [quantile, numberOf(this.name, sample.value)] as const),
      ),
    };
  }

  private ending(suffix: string): number | undefined {
    const sample = this.samples.find(({ metricName }) => metricName === `${this.name}${suffix}`);
    return sample && numberOf(this.name, sample.value);
  }
}

/** Returns the series of each name among the samples of a metric. */
export async function seriesOf(
  { name, values }: Snapshot,
  type: string,
  defaults: Readonly<Record<string, string>>,
  pace: Pace,
): Promise<Map<string, Series[]>> {
  const part = PARTS[type];
  const families = new Map<string, Map<string, Series>>([[name, new Map()]]);
  for (const sample of values ?? []) {
    if (pace.isSpent) await pace.rest();
    const all = { ...defaults, ...sample.sharedLabels, ...sample.labels };
    const labels = Object.entries(all).filter(([label]) => label !== part);
    const own = part === undefined ? (sample.metricName ?? name) : name;
    const series = families.get(own) ?? new Map<string, Series>();
    families.set(own, series);
    // A metric without parts has one sample for each series.
    const key = part === undefined ? String(series.size) : JSON.stringify(labels);
    const one = series.get(key) ?? new Series(own, labels);
    series.set(key, one);
    one.add(sample);
  }
  return new Map([...families].map(([own, series]) => [own, [...series.values()]]));
}

/** Returns the bound or quantile of a sample, if it has one. */
function partOf({ labels = {} }: Sample, label: string): number[] {
  const text = labels[label];
  if (text === undefined) return [];
  return [String(text) === '+Inf' ? Number.POSITIVE_INFINITY : Number(text)];
}

function numberOf(name: string, value: unknown): number {
  if (typeof value !== 'number')
    throw new Error(`Expected a number as the value of ${name}, got ${typeof value}`);
  return value;
}

function countOf(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`Expected a count in ${name}, got ${String(value)}`);
  return value as number;
}
