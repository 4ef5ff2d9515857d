import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { ClassicPanel } from './classic.js';
import { nameOf } from './panels.js';

/** More rows than these are tabs: nobody scrolls so far. */
const MOST_ROWS = 3;

interface Part {
  readonly title: string;
  readonly panels: readonly ClassicPanel[];
}

/** A grid where there are no rows; else rows, or tabs where they are many. */
export function layoutOf(panels: readonly ClassicPanel[]): v2.Dashboard['layout'] {
  const parts = partsOf(panels);
  const [only] = parts;
  if (parts.length === 1 && only) return gridOf(only);
  return parts.length > MOST_ROWS
    ? { kind: 'TabsLayout', spec: { tabs: parts.map(tabOf) } }
    : { kind: 'RowsLayout', spec: { rows: parts.map(rowOf) } };
}

function tabOf(part: Part): v2.TabsLayoutTabKind {
  return { kind: 'TabsLayoutTab', spec: { title: part.title, layout: gridOf(part) } };
}

function rowOf(part: Part): v2.RowsLayoutRowKind {
  return { kind: 'RowsLayoutRow', spec: { title: part.title, collapse: false, layout: gridOf(part) } };
}

/** The panels under each title. */
function partsOf(panels: readonly ClassicPanel[]): Part[] {
  const parts: { title: string; panels: ClassicPanel[] }[] = [];
  for (const panel of panels) {
    if (panel.type === 'row') parts.push({ title: panel.title, panels: [] });
    else if (parts.length === 0) parts.push({ title: '', panels: [panel] });
    else parts.at(-1)?.panels.push(panel);
  }
  return parts;
}

/** Places are counted from the top of their own part. */
function gridOf({ panels }: Part): v2.GridLayoutKind {
  const top = Math.min(...panels.map(({ gridPos: { y } }) => y));
  return {
    kind: 'GridLayout',
    spec: {
      items: panels.map((panel) => {
        const { x, y, w: width, h: height } = panel.gridPos;
        const element = { kind: 'ElementReference', name: nameOf(panel) } as const;
        return { kind: 'GridLayoutItem', spec: { x, y: y - top, width, height, element } };
      }),
    },
  };
}
