import type { Expression } from '../../prometheus/promql.js';
import { now } from '../query.js';
import type { Unit } from '../units.js';
import type { PanelIn, Step } from './spec.js';
import { table } from './table.js';

interface Ranking {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly decimals?: number;
  /** Labels that distinguish the rows, with the heads of their columns. */
  readonly rows: Readonly<Record<string, string>>;
  /** The head of the column of values. */
  readonly head: string;
  readonly of: Expression<string>;
  readonly steps?: readonly Step[];
  readonly noValue: string;
  readonly width?: number;
}

/**
 * Shows a row for each name, greatest first, with its values over time. Such names are not known beforehand:
 * a chart with that many lines would lack colours, and room for the names.
 */
export function ranking({
  title,
  description,
  unit,
  decimals,
  rows,
  head,
  of,
  steps,
  noValue,
  width,
}: Ranking): PanelIn {
  return table({
    title,
    description,
    rows,
    columns: [
      { query: now(of, head), unit, ...(decimals !== undefined && { decimals }), ...(steps && { steps }) },
    ],
    trend: of,
    noValue,
    ...(width !== undefined && { width }),
  });
}
