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
  /** Labels that tell the rows apart, and their heads. */
  readonly rows: Readonly<Record<string, string>>;
  /** The head of the values. */
  readonly head: string;
  readonly of: Expression<string>;
  readonly steps?: readonly Step[];
  readonly noValue: string;
  readonly width?: number;
}

/**
 * A row for each name that nobody knows beforehand, greatest first, with its course: a chart of as many lines has neither
 * colours nor room for names.
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
