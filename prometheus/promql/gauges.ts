import { Expression } from './expression.js';
import type { Gauge, LabelOf } from './metric.js';
import { type RangeSelection, rangeText } from './selector.js';

/**
 * Evaluates every series of a gauge over the window. `sum` and similar functions can aggregate the result.
 */
type OverTime = <M extends Gauge>(gauge: M, options?: RangeSelection<LabelOf<M>>) => Expression<LabelOf<M>>;

/** `avg_over_time` */
export const avgOverTime = overTime('avg_over_time');
/** `min_over_time` */
export const minOverTime = overTime('min_over_time');
/** `max_over_time` */
export const maxOverTime = overTime('max_over_time');
/** `last_over_time`: the newest sample, however long ago in the window it came. */
export const lastOverTime = overTime('last_over_time');
/** `sum_over_time` */
export const sumOverTime = overTime('sum_over_time');
/** `count_over_time`: how many samples there were. */
export const countOverTime = overTime('count_over_time');
/** `changes`: how often the value changed. */
export const changes = overTime('changes');
/** `delta`: how much the value changed since the start of the window. */
export const delta = overTime('delta');
/** `deriv`: the slope, per second. */
export const deriv = overTime('deriv');

/** `predict_linear`: the value after this many seconds, if its trend in the window continues. */
export function predictLinear<M extends Gauge>(
  gauge: M,
  seconds: number,
  options: RangeSelection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(`predict_linear(${rangeText(gauge, options)}, ${seconds})`);
}

function overTime(name: string): OverTime {
  return (gauge, options = {}) => new Expression(`${name}(${rangeText(gauge, options)})`);
}
