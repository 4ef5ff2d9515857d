import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { refIdOf } from './target.js';

/** Turns each series of the query into a row with its labels, and its values over time in one cell. */
export function trendRows(refId: string): DataTransformerConfig {
  return { id: 'timeSeriesTable', filter: { id: 'byRefId', options: refId }, options: {} };
}

/**
 * Orders and renames columns. Grafana names a column of values after its query, such as `Value #A`. A single
 * one may also be called `Value`. A column of curves is called `Trend`, with or without its query.
 */
export function organized(
  rows: Readonly<Record<string, string>>,
  values: readonly string[],
  trend: string | undefined,
): DataTransformerConfig {
  const named = values.flatMap((head, index) =>
    namesOf('Value', index, values.length === 1).map((name) => [name, head]),
  );
  const drawn = trend === undefined ? [] : namesOf('Trend', values.length, true).map((name) => [name, trend]);
  const renameByName = { ...rows, ...Object.fromEntries([...named, ...drawn]) };
  const indexByName = Object.fromEntries(Object.keys(renameByName).map((field, index) => [field, index]));
  return { id: 'organize', options: { excludeByName: { Time: true }, indexByName, renameByName } };
}

function namesOf(kind: 'Value' | 'Trend', index: number, isAlone: boolean): string[] {
  return [`${kind} #${refIdOf(index)}`, ...(isAlone ? [kind] : [])];
}
