import { formatNumber, labelPairs } from '../../packages/observability/src/metrics/format.js';
import type { MetricFamily } from './prometheus-proto.js';

/** The lines of text that say the same. */
export function linesOf({ name, metric }: MetricFamily): string[] {
  return metric.flatMap(({ label = [], counter, gauge, untyped, summary, histogram }) => {
    const line = (suffix: string, value: number, ...more: [string, string][]) => {
      const all = [...label.map((pair) => [pair.name, pair.value] as const), ...more];
      const pairs = labelPairs(
        all.map(([key]) => key),
        all.map(([, text]) => text),
      );
      return sortedLabels(`${name}${suffix}${pairs && `{${pairs}}`} ${formatNumber(value)}`);
    };
    if (histogram) {
      const { sampleCount, sampleSum, bucket = [] } = histogram;
      const buckets = bucket.filter(({ upperBound }) => upperBound !== Number.POSITIVE_INFINITY);
      return [
        ...buckets.map((each) =>
          line('_bucket', each.cumulativeCount, ['le', formatNumber(each.upperBound)]),
        ),
        line('_bucket', sampleCount, ['le', '+Inf']),
        line('_sum', sampleSum),
        line('_count', sampleCount),
      ];
    }
    if (summary) {
      const { sampleCount, sampleSum, quantile = [] } = summary;
      return [
        ...quantile.map((each) => line('', each.value, ['quantile', formatNumber(each.quantile)])),
        line('_sum', sampleSum),
        line('_count', sampleCount),
      ];
    }
    return [line('', (counter ?? gauge ?? untyped)!.value)];
  });
}

/** Text has empty labels too, and neither order of labels means anything. */
export function sortedLabels(line: string): string {
  return line.replace(/\{(.*)\} /, (_, labels: string) => {
    const pairs = labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? [];
    const kept = pairs.filter((pair) => !pair.endsWith('=""')).sort();
    return kept.length > 0 ? `{${kept.join()}} ` : ' ';
  });
}
