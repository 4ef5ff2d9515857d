import { catalog } from '@pmcp/observability/catalog';
import type { Series } from './case.js';
import { expand } from './native.js';

const COUNTERS = Object.values(catalog)
  .filter(({ type, labels }) => type === 'counter' && (labels as readonly string[]).includes('name'))
  .map(({ name }) => name);

/**
 * Returns the same series as Prometheus has them of a server that leaves out counters of names that are still 0. It puts a 0
 * before their first event by itself.
 */
export function withoutZeros(series: Series): Series {
  const sparse = Object.entries(series).map(([name, values]): [string, string] => [
    name,
    isOfAName(name) ? values.split('stale').map(samplesOf).join(' stale ') : values,
  ]);
  return Object.fromEntries(sparse.filter(([, values]) => /[^_ ]/.test(values)));
}

function isOfAName(series: string): boolean {
  const [, metric = ''] = /^(\w+)\{/.exec(series) ?? [];
  return COUNTERS.includes(metric) && /\bname="[^"]/.test(series);
}

function samplesOf(values: string): string {
  if (values.trim() === '') return '';
  const samples = expand(values);
  return samples
    .map((sample, minute) => {
      if (sample !== 0) return sample ?? '_';
      if ((samples[minute + 1] ?? 0) > 0) return 0;
      return (samples[minute - 1] ?? 0) > 0 ? 'stale' : '_';
    })
    .join(' ');
}
