import { catalog } from '@pmcp/observability/catalog';
import {
  bucketsOf,
  clampMin,
  countOf,
  type Duration,
  type Expression,
  rate,
  type TargetLabel,
  upTo,
} from '../../prometheus/promql.js';
import type { Slo } from './slo.js';

type Label = TargetLabel | 'name';

/** Events a second, all and the bad ones of them. */
export interface Events {
  readonly all: Expression<Label>;
  readonly bad: Expression<Label>;
}

/** What is counted, over the shortest window, by server or by server and tool. */
export function events(slo: Slo, labels: readonly TargetLabel[], window: Duration): Events {
  const by: readonly Label[] = slo.perTool ? [...labels, 'name'] : labels;
  const { all, bad } = count(slo, { by, window });
  // A server that has never failed has no series of failures yet.
  return { all, bad: bad.or(all.times(0)) };
}

function count({ indicator }: Slo, over: { by: readonly Label[]; window: Duration }): Events {
  const { where } = indicator;
  switch (indicator.kind) {
    case 'availability':
      return of(over, { ...where }, 'server_error');
    case 'tool-success':
      return of(over, { ...where, method: 'tools/call' }, ['tool_error', 'server_error']);
    case 'latency': {
      const le = upTo(catalog.requestDuration, indicator.seconds);
      const all = rate(countOf(catalog.requestDuration), { ...over, where: { ...indicator.where } });
      const good = rate(bucketsOf(catalog.requestDuration), { ...over, where: { ...indicator.where, le } });
      return { all, bad: clampMin(all.minus(good), 0) };
    }
  }
}

function of(
  over: { by: readonly Label[]; window: Duration },
  where: NonNullable<Parameters<typeof rate<typeof catalog.requests>>[1]>['where'],
  outcome: string | readonly string[],
): Events {
  return {
    all: rate(catalog.requests, { ...over, where: { ...where } }),
    bad: rate(catalog.requests, { ...over, where: { ...where, outcome } }),
  };
}
