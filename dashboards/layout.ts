import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { HistogramForm } from '../prometheus/promql.js';
import type { PanelIn } from './panels/spec.js';

const COLUMNS = 24;

/** Panels side by side. */
export interface Line {
  readonly height: number;
  readonly panels: readonly PanelIn[];
  /** The share of the width for each panel. */
  readonly shares: readonly number[];
}

/** Lines of panels under a title. A dashboard with only one section needs no title. */
export interface Section {
  readonly title?: string;
  readonly lines: readonly Line[];
  /** Whether not every user has data for it, so it may be left out while it is empty. */
  readonly isOptional?: boolean;
}

/** Panels side by side, all of the same width. */
export function line(height: number, ...panels: PanelIn[]): Line {
  return { height, panels, shares: panels.map(() => 1) };
}

/** Panels side by side, each with its share of the width. */
export function shared(height: number, ...panels: [share: number, panel: PanelIn][]): Line {
  return { height, panels: panels.map(([, panel]) => panel), shares: panels.map(([share]) => share) };
}

/** Returns a section without a title. */
export function untitled(...lines: Line[]): Section {
  return { lines };
}

export function section(title: string, ...lines: Line[]): Section {
  return { title, lines };
}

export function optional(title: string, ...lines: Line[]): Section {
  return { title, lines, isOptional: true };
}

/** Returns every panel with its place. Lines fill the width, one below the other. */
export function placed(sections: readonly Section[], form: HistogramForm): (Panel | RowPanel)[] {
  let y = 0;
  return sections.flatMap(({ title, lines }) => {
    const rows =
      title === undefined
        ? []
        : [new RowBuilder(title).collapsed(false).gridPos({ x: 0, y: y++, w: COLUMNS, h: 1 }).build()];
    const panels = lines.flatMap((line) => {
      const inLine = placedLine(line, y, form);
      y += line.height;
      return inLine;
    });
    return [...rows, ...panels];
  });
}

function placedLine({ height, panels, shares }: Line, y: number, form: HistogramForm): Panel[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let used = 0;
  return panels.map((panel, index) => {
    const x = Math.round((used / whole) * COLUMNS);
    used += shares[index] ?? 0;
    const w = Math.round((used / whole) * COLUMNS) - x;
    return { ...panel(form), gridPos: { x, y, w, h: height } };
  });
}
