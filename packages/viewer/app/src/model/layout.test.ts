import { describe, expect, it } from 'vitest';
import type { GridPos, Panel, Row } from './dashboard.js';
import { sections } from './layout.js';

const fieldConfig = { defaults: {}, overrides: [] };
const panel = (id: number, gridPos: GridPos, more: Partial<Panel> = {}): Panel => ({
  id,
  type: 'stat',
  gridPos,
  fieldConfig,
  ...more,
});
const row = (id: number, y: number, more: Partial<Row> = {}): Row => ({
  id,
  type: 'row',
  title: `row ${id}`,
  gridPos: { x: 0, y, w: 24, h: 1 },
  panels: [],
  ...more,
});
const at = (x: number, y: number, w = 12, h = 4): GridPos => ({ x, y, w, h });

const shape = (panels: (Panel | Row)[], chosen: readonly string[] = []) =>
  sections(panels, () => chosen).map(({ row: heading, scope, panels: placed }) => ({
    row: heading?.id,
    scope,
    panels: placed.map(({ panel: { id }, position: { x, y, w } }) => [id, x, y, w]),
  }));

describe('sections of a dashboard', () => {
  it('begin with their rows, and count from their tops', () => {
    const panels = [row(1, 0), panel(2, at(0, 1)), panel(3, at(12, 1)), row(4, 5), panel(5, at(0, 6))];
    expect(shape(panels)).toEqual([
      {
        row: 1,
        scope: {},
        panels: [
          [2, 0, 0, 12],
          [3, 12, 0, 12],
        ],
      },
      { row: 4, scope: {}, panels: [[5, 0, 0, 12]] },
    ]);
  });

  it('have the panels that a collapsed row keeps', () => {
    const collapsed = row(1, 3, { collapsed: true, panels: [panel(2, at(0, 4))] });
    expect(shape([panel(3, at(0, 0)), collapsed])).toEqual([
      { row: undefined, scope: {}, panels: [[3, 0, 0, 12]] },
      { row: 1, scope: {}, panels: [[2, 0, 0, 12]] },
    ]);
  });

  it('are repeated for each value of the variable of their row', () => {
    const found = shape([row(1, 0, { repeat: 'tool' }), panel(2, at(0, 1))], ['a', 'b']);
    expect(found.map(({ scope }) => scope)).toEqual([{ tool: 'a' }, { tool: 'b' }]);
  });

  it('make room for panels that repeat', () => {
    const panels = [panel(1, at(0, 0), { repeat: 'tool', maxPerRow: 2 }), panel(2, at(0, 4))];
    expect(shape(panels, ['a', 'b', 'c'])[0]?.panels).toEqual([
      [1, 0, 0, 12],
      [1, 12, 0, 12],
      [1, 0, 4, 12],
      [2, 0, 8, 12],
    ]);
  });
});
