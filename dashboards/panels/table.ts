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
  /** Colours the value. */
  readonly steps?: readonly Step[];
  readonly states?: Readonly<Record<string, State>>;
  readonly noValue?: string;
}

interface Table extends Pick<Explained, 'title' | 'description' | 'noValue'> {
  /** Labels that tell the rows apart, in order, and their heads. */
  readonly rows: Readonly<Record<string, string>>;
  /** The first one sorts the table, greatest first. */
  readonly columns: readonly Column[];
  /** What is drawn over time, as a small curve in the last column. */
  readonly trend?: Expression<string>;
  /** The head of a column whose cells lead somewhere, and where. */
  readonly links?: Readonly<Record<string, { readonly title: string; readonly url: string }>>;
  /** Narrower than Grafana would have it, so that all columns fit beside the names. */
  readonly width?: number;
}

/** Of a small curve; without it there would be a point for each pixel of the table. */
const TREND_POINTS = 100;
/** Of the longest figure: `0.00999 req/s`. */
const VALUE_WIDTH = 106;
/** Of a head, whose letters are as wide at most, and beside it the arrow that tells by what the table is sorted. */
const HEAD_LETTER = 8;
const HEAD_FRAME = 14;
const ARROW = 22;
/** In a cell; what the table says when it is empty would not fit. */
const NOTHING = '–';
/** The head of what is drawn over time. */
const TREND = 'Trend';
const TREND_WIDTH = 110;

/** A row for each label set, and a column for each query. */
export function table(spec: Table): PanelIn {
  return (form) => drawn(spec, form);
}

function drawn(
  { rows, columns, trend, links = {}, width = VALUE_WIDTH, ...spec }: Table,
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
  for (const head of Object.values(rows)) builder.overrideByName(head, [{ id: 'noValue', value: NOTHING }]);
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

/** @param isNarrow because several columns of names need the room */
function sparkline(isNarrow: boolean): DynamicConfigValue[] {
  const cell = { type: 'sparkline', hideValue: true, lineWidth: 1, fillOpacity: 20, gradientMode: 'none' };
  return [
    { id: 'custom.cellOptions', value: cell },
    { id: 'color', value: { mode: 'fixed', fixedColor: NEUTRAL } },
    { id: isNarrow ? 'custom.width' : 'custom.minWidth', value: TREND_WIDTH },
  ];
}
