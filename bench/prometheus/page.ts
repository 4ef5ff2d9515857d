import { catalog, type Metric } from '@pmcp/observability/catalog';
import { encodeFamilies } from '../../test/support/prometheus-proto.js';

/** A series with its current value. `labels` is the text between the braces. */
export interface Now {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const HISTOGRAMS = new Map<string, Metric>(
  Object.values(catalog)
    .filter(({ type }) => type === 'histogram')
    .map((metric): [string, Metric] => [metric.name, metric]),
);

/**
 * Eight buckets for each power of two.
 * The calls of one tool use this many of them, starting at a millisecond.
 */
const SCHEMA = 3;
const LOWEST = -80;
const BUCKETS_USED = 40;

/**
 * Returns a page as text. Histograms have their TYPE, because Prometheus only converts histograms that do.
 */
export function textPage(series: readonly Now[]): string {
  return [...families(series)]
    .map(([name, all]) => {
      const type = HISTOGRAMS.has(name) ? [`# TYPE ${name} histogram`] : [];
      const lines = all.map(({ name, labels, value }) => `${name}{${labels}} ${value}`);
      return [...type, ...lines].join('\n');
    })
    .join('\n')
    .concat('\n');
}

/** Returns the same page as protobuf, with native histograms. */
export function nativePage(series: readonly Now[]): Buffer {
  return encodeFamilies(
    [...families(series)].map(([name, all]) => {
      const type = HISTOGRAMS.has(name) ? 'HISTOGRAM' : 'UNTYPED';
      return { name, help: '', type, metric: type === 'HISTOGRAM' ? histograms(all) : all.map(untyped) };
    }),
  );
}

function families(series: readonly Now[]): Map<string, Now[]> {
  const found = new Map<string, Now[]>();
  for (const one of series) {
    const family = one.name.replace(/_(bucket|sum|count)$/, '');
    const name = HISTOGRAMS.has(family) ? family : one.name;
    const before = found.get(name);
    if (before) before.push(one);
    else found.set(name, [one]);
  }
  return found;
}

function untyped({ labels, value }: Now) {
  return { label: labelsOf(labels), untyped: { value } };
}

/** Returns native histograms, whose observations are spread evenly over the used buckets. */
function histograms(parts: readonly Now[]) {
  const sums = new Map(
    parts.filter(({ name }) => name.endsWith('_sum')).map(({ labels, value }) => [labels, value]),
  );
  return parts
    .filter(({ name }) => name.endsWith('_count'))
    .map(({ labels, value }) => ({
      label: labelsOf(labels),
      histogram: {
        sampleCount: value,
        sampleSum: sums.get(labels) ?? 0,
        schema: SCHEMA,
        zeroThreshold: 1e-9,
        zeroCount: 0,
        positiveSpan: [{ offset: LOWEST, length: BUCKETS_USED }],
        positiveDelta: deltas(value),
      },
    }));
}

function deltas(count: number): number[] {
  const upTo = (bucket: number) => Math.floor((count * bucket) / BUCKETS_USED);
  const each = Array.from({ length: BUCKETS_USED }, (_, bucket) => upTo(bucket + 1) - upTo(bucket));
  return each.map((own, bucket) => own - (each[bucket - 1] ?? 0));
}

function labelsOf(text: string): { name: string; value: string }[] {
  return [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => ({ name, value }));
}
