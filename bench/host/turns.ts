import { loadavg } from 'node:os';
import { median, table } from '../../packages/observability/bench/stats.js';

export type Figures = Readonly<Record<string, number>>;

/** How a setting is called in a table, and the measurement with it. */
export type Variants = Readonly<Record<string, () => Promise<Figures>>>;

/** Measures the variants in turns, A B A B, so that a busy minute meets all of them, and returns a table of medians. */
export async function inTurns(variants: Variants, rounds: number): Promise<string> {
  const found: Record<string, Figures[]> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, measure] of Object.entries(variants))
      found[name] = [...(found[name] ?? []), await measure()];
  const columns = Object.keys(Object.values(found)[0]?.[0] ?? {});
  const rows = Object.entries(found).map(([name, all]) => [
    name,
    ...columns.map((column) => shown(median(all.map((figures) => figures[column] ?? Number.NaN)))),
  ]);
  const load = loadavg()[0]?.toFixed(0);
  const turns = rounds > 1 ? `Medians of ${rounds} turns each, at` : 'At';
  return `${table(['', ...columns], rows)}\n\n${turns} a load of ${load}.\n`;
}

const shown = (figure: number) => (Number.isInteger(figure) ? String(figure) : figure.toPrecision(3));
