import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Expression, HistogramForm } from '../../prometheus/promql.js';
import { NEUTRAL } from '../colours.js';
import { type Query, query } from '../query.js';
import { decimalsOf, type Unit } from '../units.js';
import { described, thresholds } from './common.js';
import { absent, type State, spelled } from './mappings.js';
import type { Explained, PanelIn, Step } from './spec.js';
import { refIdOf, tableTarget, target } from './target.js';
import { organized, trendRows } from './transformations.js';

/** A column of values; the legend of its query is its head. */
interface Column {
  readonly query: Query;
  readonly unit: Unit;
  readonly decimals?: number;
  /** Steps that colour the value. */
  readonly steps?: readonly Step[];
  readonly states?: Readonly<Record<string, State>>;
  readonly noValue?: string;
}

interface Table extends Pick<Explained, 'title' | 'description' | 'noValue'> {
  /** Labels that distinguish the rows, in order, with the heads of their columns. */
  readonly rows: Readonly<Record<string, string>>;
  /** The first column sorts the table, greatest first. */
  readonly columns: readonly Column[];
  /** An expression that is drawn over time, as a small curve in the last column. */
  readonly trend?: Expression<string>;
  /** Links from the cells of columns, by the head of the column. */
  readonly links?: Readonly<Record<string, { readonly title: string; readonly url: string }>>;
  /** The width of columns, narrower than Grafana's own, so that all columns fit beside the names. */
  readonly width?: number;
  /** Heads of names that are short, such as codes. They leave the room to the other names. */
  readonly short?: readonly string[];
}

/** The number of points of a small curve. Otherwise there would be one for each pixel of the table. */
const TREND_POINTS = 100;
/** The width of a code: `PMCP-D143`. */
const SHORT_WIDTH = 110;
/** The width of the longest figure: `0.00999 req/s`. */
const VALUE_WIDTH = 106;
/**
 * The widths in a head: at most of each letter, of its frame, and of the arrow that shows the sorted column.
 */
const HEAD_LETTER = 8;
const HEAD_FRAME = 14;
const ARROW = 22;
/** The text of an empty cell, which has no room for that of an empty table. */
const NOTHING = '–';
/** The head of the column of small curves. */
const TREND = 'Trend';
const TREND_WIDTH = 110;

/** A row for each label set, and a column for each query. */
export function table(spec: Table): PanelIn {
  return (form) => drawn(spec, form);
}

function drawn(
  { rows, columns, trend, links = {}, width = VALUE_WIDTH, short = [], ...spec }: Table,
  form: HistogramForm,
): Panel {
  const [first] = columns;
  const queries = columns.map(({ query }) => query);
  const heads = queries.map(({ legend }) => legend);
  const builder = described(new PanelBuilder(), { ...spec, unit: 'string', queries }, form)
    .targets([
      ...queries.map((query) => tableTarget(query, form)),
      ...(trend ? [target(query(trend, TREND), form)] : []),
    ])
    .transformations([
      ...(trend ? [trendRows(refIdOf(queries.length))] : []),
      { id: 'merge', options: {} },
      organized(rows, heads, trend && TREND),
    ])
    .minWidth(60)
    .sortBy([new TableSortByFieldStateBuilder().displayName(first?.query.legend ?? '').desc(true)]);
  for (const head of Object.values(rows)) {
    const narrow = short.includes(head) ? [{ id: 'custom.width', value: SHORT_WIDTH }] : [];
    builder.overrideByName(head, [{ id: 'noValue', value: NOTHING }, ...narrow]);
  }
  for (const [index, column] of columns.entries()) {
    const { legend } = column.query;
    const head = legend.length * HEAD_LETTER + HEAD_FRAME + (index === 0 ? ARROW : 0);
    builder.overrideByName(legend, properties(column, Math.max(width, head)));
  }
  if (trend)
    builder.maxDataPoints(TREND_POINTS).overrideByName(TREND, sparkline(Object.keys(rows).length > 1));
  for (const [head, link] of Object.entries(links)) {
    builder.overrideByName(head, [{ id: 'links', value: [link] }]);
  }
  return builder.build();
}

function properties(
  { unit, decimals = decimalsOf(unit), steps, states, noValue = NOTHING }: Column,
  width: number,
): DynamicConfigValue[] {
  const coloured = steps !== undefined || states !== undefined;
  return [
    { id: 'unit', value: unit },
    { id: 'custom.width', value: width },
    { id: 'custom.align', value: 'right' },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(steps ? [{ id: 'thresholds', value: { mode: 'absolute', steps: thresholds(steps) } }] : []),
    ...(steps ? [{ id: 'color', value: { mode: 'thresholds' } }] : []),
    ...(coloured ? [{ id: 'mappings', value: [...spelled(states ?? {}), absent(noValue)] }] : []),
    ...(coloured ? [{ id: 'custom.cellOptions', value: { type: 'color-text' } }] : []),
    { id: 'noValue', value: noValue },
  ];
}

/** @param isNarrow whether several columns of names need the room */
function sparkline(isNarrow: boolean): DynamicConfigValue[] {
  const cell = { type: 'sparkline', hideValue: true, lineWidth: 1, fillOpacity: 20, gradientMode: 'none' };
  return [
    { id: 'custom.cellOptions', value: cell },
    { id: 'color', value: { mode: 'fixed', fixedColor: NEUTRAL } },
    { id: isNarrow ? 'custom.width' : 'custom.minWidth', value: TREND_WIDTH },
  ];
}
