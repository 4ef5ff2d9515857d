import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  absent,
  avgOverTime,
  constant,
  countOf,
  type Expression,
  gauge,
  increase,
  max,
  maxOverTime,
  mean,
  quantile,
  rate,
  ratio,
  select,
  share,
  sum,
  topk,
} from '../promql.js';

const podInfo = gauge('kube_pod_info', ['created_by_kind']);
const requests = rate(catalog.requests, { by: ['name'] });
const errors = rate(catalog.errors, { by: ['name'] });
const ready = select(catalog.ready);

describe('the compiler', () => {
  it('knows the labels of a result', () => {
    expectTypeOf(requests).toEqualTypeOf<Expression<'name'>>();
    expectTypeOf(rate(catalog.requests, { by: [] })).toEqualTypeOf<Expression<never>>();
    expectTypeOf(sum(catalog.activeConnections)).toEqualTypeOf<Expression<never>>();
    expectTypeOf(sum(catalog.activeConnections, { by: ['transport'] })).toEqualTypeOf<
      Expression<'transport'>
    >();
    expectTypeOf(sum(requests, { without: ['name'] })).toEqualTypeOf<Expression<never>>();
    expectTypeOf(requests.dividedBy(2)).toEqualTypeOf<Expression<'name'>>();
    expectTypeOf(constant(1).minus(requests)).toEqualTypeOf<Expression<'name'>>();
    expectTypeOf(rate(countOf(catalog.requestSize), { by: ['name'] })).toEqualTypeOf<Expression<'name'>>();
    expectTypeOf(requests.times(select(catalog.buildInfo), { on: [], groupLeft: ['version'] })).toEqualTypeOf<
      Expression<'name' | 'version'>
    >();
  });

  it('rejects unknown labels', () => {
    // @ts-expect-error
    rate(catalog.requests, { by: ['tool'] });
    // @ts-expect-error
    rate(catalog.requests, { without: ['tool'] });
    // @ts-expect-error
    rate(catalog.requests, { where: { tool: 'x' } });
    // @ts-expect-error
    sum(catalog.ready, { by: ['transport'] });
    // @ts-expect-error
    max(catalog.ready, { where: { transport: 'stdio' } });
    // @ts-expect-error
    quantile(0.5, catalog.requestDuration, { by: ['outcome'] });
    // @ts-expect-error
    share(catalog.requestDuration, { under: 1, where: { outcome: 'ok' } });
    // @ts-expect-error
    mean(catalog.requestDuration, { without: ['outcome'] });
    // @ts-expect-error
    avgOverTime(catalog.ready, { where: { name: 'x' } });
    // @ts-expect-error
    absent(catalog.ready, { where: { name: 'x' } });
    // @ts-expect-error
    select(podInfo, { where: { created_by: 'x' } });
    // @ts-expect-error the sum has lost it
    sum(requests, { by: ['method'] });
    // @ts-expect-error
    topk(1, requests, { by: ['method'] });
    // @ts-expect-error
    requests.and(errors, { on: ['method'] });
    // @ts-expect-error
    requests.dividedBy(ready, { on: [], groupLeft: ['version'] });
    // @ts-expect-error
    ratio(requests, rate(catalog.requests, { by: ['method'] }));
  });

  it('rejects metrics of the wrong type', () => {
    // @ts-expect-error
    rate(catalog.ready);
    // @ts-expect-error
    increase(catalog.requestDuration);
    // @ts-expect-error
    sum(catalog.requests);
    // @ts-expect-error
    quantile(0.5, catalog.requests);
    // @ts-expect-error
    select(catalog.requestDuration);
    // @ts-expect-error
    maxOverTime(catalog.requests);
    // @ts-expect-error
    countOf(catalog.requests);
  });

  it('rejects options that exclude each other, and invalid windows', () => {
    // @ts-expect-error
    rate(catalog.requests, { by: ['name'], without: ['method'] });
    // @ts-expect-error
    requests.dividedBy(errors, { on: ['name'], ignoring: ['name'] });
    // @ts-expect-error
    expect(() => rate(catalog.requests, { window: '5 minutes' })).toThrow('5 minutes');
  });
});
