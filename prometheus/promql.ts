/**
 * PromQL that the compiler checks. Metrics come from the catalog, so a query of an unknown metric or label, or
 * the rate of a gauge, does not compile. Expressions are immutable values. `String(expression)` is the query.
 *
 *     const failures = rate(catalog.requests, { where: { outcome: not('ok') }, by: ['name'] });
 *     const all = rate(catalog.requests, { by: ['name'] });
 *     String(ratio(failures, all).gt(0.05));
 */
export { avg, count, max, min, sum, topk } from './promql/aggregate.js';
export { increase, irate, rate } from './promql/counters.js';
export { type Duration, isDuration, type Window } from './promql/duration.js';
export { constant, Expression, HISTOGRAM_FORMS, type HistogramForm } from './promql/expression.js';
export {
  absent,
  absentOverTime,
  clampMin,
  labelReplace,
  ratio,
  time,
  timestamp,
  vector,
} from './promql/functions.js';
export {
  avgOverTime,
  changes,
  countOverTime,
  delta,
  deriv,
  lastOverTime,
  maxOverTime,
  minOverTime,
  predictLinear,
  sumOverTime,
} from './promql/gauges.js';
export {
  exemplarsOf,
  mean,
  observed,
  quantile,
  type Recorded,
  recordedOf,
  share,
} from './promql/histograms.js';
export {
  both,
  type Condition,
  type Matcher,
  matches,
  not,
  notMatches,
  type Where,
} from './promql/matcher.js';
export {
  bucketsOf,
  type Counter,
  counter,
  countOf,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
  type LabelOf,
  nativeOf,
  sumOf,
  TARGET_LABELS,
  type TargetLabel,
} from './promql/metric.js';
export type { Observations } from './promql/observations.js';
export { type RangeSelection, type Selection, select } from './promql/selector.js';
export { upTo } from './promql/up-to.js';
