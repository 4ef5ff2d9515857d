import type { Metric } from '@pmcp/observability/catalog';
import { Expression } from './expression.js';
import type { Gauge, LabelOf } from './metric.js';
import { type Selection, selectorText } from './selector.js';

/** The labels that an aggregation keeps (`by: []` is one total), or those that it drops. */
export type Grouping<Kept extends string, Dropped extends string> =
  | { readonly by?: readonly Kept[]; readonly without?: never }
  | { readonly by?: never; readonly without?: readonly Dropped[] };

/** A grouping whose labels have been checked. */
export interface AnyGrouping {
  readonly by?: readonly string[];
  readonly without?: readonly string[];
}

/** Aggregates the series of a gauge, or of an expression, into one, or into one for each value of some labels. */
interface Aggregate {
  <M extends Gauge, Kept extends LabelOf<M> = never, Dropped extends LabelOf<M> = LabelOf<M>>(
    gauge: M,
    options?: Selection<LabelOf<M>> & Grouping<Kept, Dropped>,
  ): Expression<Kept | Exclude<LabelOf<M>, Dropped>>;
  <Label extends string, Kept extends Label = never, Dropped extends Label = Label>(
    expression: Expression<Label>,
    options?: Grouping<Kept, Dropped>,
  ): Expression<Kept | Exclude<Label, Dropped>>;
}

/** `sum` */
export const sum = aggregation('sum');
/** `avg` */
export const avg = aggregation('avg');
/** `min` */
export const min = aggregation('min');
/** `max` */
export const max = aggregation('max');
/** `count`: how many series. */
export const count = aggregation('count');

/**
 * Keeps the `k` series with the greatest values, in each group if labels are given. They keep all their
 * labels.
 */
export function topk<Label extends string>(
  k: number,
  expression: Expression<Label>,
  grouping: Grouping<NoInfer<Label>, NoInfer<Label>> = {},
): Expression<Label> {
  return expression.inside((inner) => aggregationText('topk', `${k}, ${inner}`, grouping));
}

/** `sum by (label) (inner)` */
export function aggregationText(operator: string, inner: string, { by, without }: AnyGrouping): string {
  if (by?.length) return `${operator} by (${by.join(', ')}) (${inner})`;
  if (without) return `${operator} without (${without.join(', ')}) (${inner})`;
  return `${operator}(${inner})`;
}

function aggregation(operator: string): Aggregate {
  return (of: Metric | Expression, options: Selection<string> & AnyGrouping = {}) => {
    const series = of instanceof Expression ? of : new Expression(selectorText(of, options));
    return series.inside((inner) => aggregationText(operator, inner, options));
  };
}
