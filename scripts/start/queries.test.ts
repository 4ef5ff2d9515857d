import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import type { Sample } from './prometheus.js';
import { askFigures, inAll, recently } from './queries.js';

/** A Prometheus that answers a query with the samples of the first pattern that matches it. */
function source(...answers: [RegExp, Sample[]][]) {
  const asked: { query: string; time: number }[] = [];
  const query = async (query: string, time: number) => {
    asked.push({ query, time });
    return answers.find(([pattern]) => pattern.test(query))?.[1] ?? [];
  };
  return { asked, query };
}

const sample = (value: number, labels: Record<string, string> = {}): Sample => ({ labels, value });

describe('recently', () => {
  it('is a rate once there is a window of scrapes', () => {
    expect(recently(21, 30)('x_total')).toBe('rate(x_total[20s])');
  });

  it('is the average since the start of the load before that', () => {
    expect(recently(3, 12.34)('x_total{a="b"}')).toBe('x_total{a="b"} / 12.3');
  });
});

describe('askFigures', () => {
  it('sends all queries with the same time', async () => {
    const { asked, query } = source();
    await askFigures({ query }, inAll);
    expect(new Set(asked.map(({ time }) => time)).size).toBe(1);
  });

  it('queries only metrics of the catalog', async () => {
    const { asked, query } = source();
    await askFigures({ query }, recently(60, 60));
    const known = Object.values(catalog).map(({ name }) => name);
    const metrics = asked.flatMap(({ query }) => query.match(/pmcp_\w+/g) ?? []);
    expect(metrics.length).toBeGreaterThanOrEqual(asked.length);
    for (const metric of metrics) expect(known).toContain(metric.replace(/_bucket$/, ''));
  });

  it('returns no figures while Prometheus has no requests', async () => {
    expect(await askFigures(source(), inAll)).toBeUndefined();
  });

  it('treats missing samples as unknown', async () => {
    const figures = await askFigures(source([/^sum\(pmcp_requests_total\)/, [sample(4)]]), inAll);
    expect(figures).toMatchObject({ requests: 4, p95: Number.NaN, tools: [] });
  });

  it('lists tools with their share of failures, the busiest first', async () => {
    const { query } = source(
      [/^sum\(pmcp_requests_total\)/, [sample(40)]],
      [/outcome!="ok"/, [sample(5, { name: 'b' })]],
      [/^sum by \(name\)/, [sample(10, { name: 'a' }), sample(20, { name: 'b' }), sample(10, { name: '0' })]],
      [/by \(le, name\)/, [sample(0.5, { name: 'b' })]],
    );
    const figures = await askFigures({ query }, inAll);
    expect(figures?.tools).toEqual([
      { name: 'b', calls: 20, failed: 0.25, p95: 0.5 },
      { name: '0', calls: 10, failed: 0, p95: Number.NaN },
      { name: 'a', calls: 10, failed: 0, p95: Number.NaN },
    ]);
  });
});
