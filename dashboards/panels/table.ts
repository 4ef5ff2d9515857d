import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Query } from '../query.js';
import type { Unit } from '../units.js';
import { described } from './common.js';
import type { Spec } from './spec.js';
import { tableTarget } from './target.js';

/** A column of values; the legend of its query is its head. */
interface Column {
  readonly query: Query;
  readonly unit: Unit;
  readonly decimals?: number;
}

interface Table extends Pick<Spec, 'title' | 'description' | 'noValue'> {
  /** Labels that tell the rows apart, in order, and their heads. */
  readonly rows: Readonly<Record<string, string>>;
  /** The first one sorts the table, greatest first. */
  readonly columns: readonly Column[];
  /** The head of a column whose cells lead somewhere, and where. */
  readonly links?: Readonly<Record<string, { readonly title: string; readonly url: string }>>;
}

/** A row for each label set, and a column for each query. */
export function table({ rows, columns, links = {}, ...spec }: Table): Panel {
  const [first] = columns;
  const queries = columns.map(({ query }) => query);
  const builder = described(new PanelBuilder(), { ...spec, unit: first?.unit ?? 'short', queries })
    .targets(queries.map(tableTarget))
    .transformations([{ id: 'merge', options: {} }, organized(rows, columns)])
    .sortBy([new TableSortByFieldStateBuilder().displayName(first?.query.legend ?? '').desc(true)]);
  for (const { query, unit, decimals } of columns) {
    const precise: DynamicConfigValue[] = decimals === undefined ? [] : [{ id: 'decimals', value: decimals }];
    builder.overrideByName(query.legend, [{ id: 'unit', value: unit }, ...precise]);
  }
  for (const [head, link] of Object.entries(links)) {
    builder.overrideByName(head, [{ id: 'links', value: [link] }]);
  }
  return builder.build();
}

/** Grafana calls the columns after the queries; with one query only, plainly `Value`. */
function organized(rows: Table['rows'], columns: readonly Column[]) {
  const name = (index: number) => (columns.length === 1 ? 'Value' : `Value #${refIdOf(index)}`);
  const heads = columns.map(({ query }, index) => [name(index), query.legend] as const);
  const renameByName = { ...rows, ...Object.fromEntries(heads) };
  const indexByName = Object.fromEntries(Object.keys(renameByName).map((field, index) => [field, index]));
  return { id: 'organize', options: { excludeByName: { Time: true }, indexByName, renameByName } };
}

/** `A`, `B`, …: what the query at this place is called. */
export function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
