import type { Metric } from '@pmcp/observability/catalog';
import { unexpected } from '../expected.js';
import { checkWindow, type Duration, isDuration, type Window } from './duration.js';
import { Expression } from './expression.js';
import { matchersText, type Where } from './matcher.js';
import type { Counter, Gauge, LabelOf } from './metric.js';

/** Which series of a metric. */
export interface Selection<Label extends string> {
  readonly where?: Where<Label>;
  /** How long ago. */
  readonly offset?: Duration;
}

/** Which series of a metric, over which time. */
export interface RangeSelection<Label extends string> extends Selection<Label> {
  /** `5m` if not given. */
  readonly window?: Window;
}

/** Long enough for a rate at any common scrape interval, and short enough to show what just began. */
const DEFAULT_WINDOW = '5m';

/** Selects the series of a counter or gauge at one point in time. */
export function select<M extends Counter | Gauge>(
  metric: M,
  selection: Selection<LabelOf<M>> = {},
): Expression<LabelOf<M>> {
  return new Expression(selectorText(metric, selection));
}

/** A selector: `name{label="value"} offset 1d`. */
export function selectorText({ name }: Metric, { where, offset }: Selection<string>): string {
  return `${name}${matchersText(where)}${offsetText(offset)}`;
}

/** A selector over time: `name{label="value"}[5m] offset 1d`. */
export function rangeText({ name }: Metric, selection: RangeSelection<string>): string {
  const { where, window = DEFAULT_WINDOW, offset } = selection;
  return `${name}${matchersText(where)}[${checkWindow('window', window)}]${offsetText(offset)}`;
}

function offsetText(offset: string | undefined): string {
  if (offset === undefined) return '';
  if (!isDuration(offset)) throw unexpected('offset', 'a duration such as 1d', offset);
  return ` offset ${offset}`;
}
