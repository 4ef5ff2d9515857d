import type { GridPos, Panel, Row } from './dashboard.js';

/** A panel with its position, and with the value of the variable that it is repeated for. */
export interface Placed {
  readonly key: string;
  readonly panel: Panel;
  readonly position: GridPos;
  readonly scope: Scope;
}

export type Scope = Readonly<Record<string, string>>;

/** The panels below one heading, or those above the first heading. */
export interface Section {
  readonly key: string;
  readonly row: Row | undefined;
  readonly scope: Scope;
  readonly panels: readonly Placed[];
}

const COLUMNS = 24;

/** Returns the sections in the order of the page. A repeated row or panel appears once per chosen value. */
export function sections(
  panels: readonly (Panel | Row)[],
  chosen: (variable: string) => readonly string[],
): Section[] {
  return grouped(panels).flatMap(({ row, members }): Section[] => {
    const scopes: Scope[] = row?.repeat
      ? chosen(row.repeat).map((value) => ({ [row.repeat as string]: value }))
      : [{}];
    return scopes.map((scope, index) => ({
      key: `${row?.id ?? 'top'}/${index}`,
      row,
      scope,
      panels: placed(members, scope, chosen),
    }));
  });
}

function grouped(panels: readonly (Panel | Row)[]): { row: Row | undefined; members: Panel[] }[] {
  const groups: { row: Row | undefined; members: Panel[] }[] = [{ row: undefined, members: [] }];
  for (const panel of [...panels].sort(byPlace)) {
    if (isRow(panel)) groups.push({ row: panel, members: [...panel.panels] });
    else groups.at(-1)?.members.push(panel);
  }
  return groups.filter(({ row, members }) => row || members.length > 0);
}

export function isRow(panel: Panel | Row): panel is Row {
  return panel.type === 'row';
}

function byPlace(a: Panel | Row, b: Panel | Row): number {
  return a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x;
}

/** Places panels relative to the top of the section, and makes room for repeated panels. */
function placed(
  members: readonly Panel[],
  scope: Scope,
  chosen: (variable: string) => readonly string[],
): Placed[] {
  const top = Math.min(...members.map(({ gridPos }) => gridPos.y));
  let pushed = 0;
  return [...members].sort(byPlace).flatMap((panel): Placed[] => {
    const { gridPos } = panel;
    const y = gridPos.y - top + pushed;
    if (!panel.repeat) return [{ key: String(panel.id), panel, position: { ...gridPos, y }, scope }];
    const name = panel.repeat;
    const values = chosen(name);
    const width =
      panel.repeatDirection === 'v'
        ? gridPos.w
        : Math.floor(COLUMNS / Math.min(Math.max(values.length, 1), panel.maxPerRow ?? 4));
    const perRow = panel.repeatDirection === 'v' ? 1 : Math.max(1, Math.floor(COLUMNS / width));
    pushed += (Math.ceil(values.length / perRow) - 1) * gridPos.h;
    return values.map((value, index) => ({
      key: `${panel.id}/${value}`,
      panel,
      position: {
        x: panel.repeatDirection === 'v' ? gridPos.x : (index % perRow) * width,
        y: y + Math.floor(index / perRow) * gridPos.h,
        w: width,
        h: gridPos.h,
      },
      scope: { ...scope, [name]: value },
    }));
  });
}
