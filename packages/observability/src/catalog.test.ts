import { describe, expect, it } from 'vitest';
import { catalog, doctorCatalog, jobCatalog, type Metric } from './catalog.js';

const metrics: readonly Metric[] = [
  ...Object.values(catalog),
  ...Object.values(jobCatalog),
  ...Object.values(doctorCatalog),
];

describe('the catalog', () => {
  it('names every metric once, with the prefix and in snake case', () => {
    const names = metrics.map((metric) => metric.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^pmcp_[a-z]+(_[a-z]+)*$/);
  });

  it('ends the names of counters, and of nothing else, in _total', () => {
    for (const { name, type } of metrics) expect(name.endsWith('_total'), name).toBe(type === 'counter');
  });

  it('ends the name of a metric that has a unit in the unit', () => {
    for (const { name, unit } of metrics) if (unit) expect(name.endsWith(`_${unit}`), name).toBe(true);
  });

  it('gives histograms, and nothing else, ascending buckets without +Inf', () => {
    for (const { name, type, buckets } of metrics) {
      expect(buckets !== undefined, name).toBe(type === 'histogram');
      const sorted = [...new Set(buckets)].sort((a, b) => a - b);
      expect(buckets ?? [], name).toEqual(sorted);
      expect(sorted.every(Number.isFinite), name).toBe(true);
    }
  });

  it('describes every metric in a sentence', () => {
    for (const { help } of metrics) expect(help).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('has no label for unbounded values: ids, URIs, users, arguments', () => {
    const labels = new Set(metrics.flatMap((metric) => metric.labels));
    expect([...labels].filter((label) => /id$|uri|user|argument|session/.test(label))).toEqual([]);
  });
});
