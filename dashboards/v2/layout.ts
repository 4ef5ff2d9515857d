import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { ClassicPanel } from './classic.js';
import { nameOf } from './panels.js';

/** More rows than this become tabs, since nobody scrolls that far. */
const MOST_ROWS = 3;
/** Tiles are as wide as their number needs. As many as fit are beside each other. */
const TILE = { width: 150, height: 106 } as const;
const MOST_TILES = 8;

type Layout = v2.GridLayoutKind | v2.AutoGridLayoutKind | v2.RowsLayoutKind;

interface Part {
  readonly title: string;
  readonly panels: readonly ClassicPanel[];
  readonly condition: { readonly conditionalRendering?: v2.ConditionalRenderingGroupKind };
}

/**
 * Returns a grid if there are no rows, otherwise rows, or tabs if there are many. Tiles flow. Optional parts
 * are shown while they have data.
 *
 * @param optional titles of rows
 */
export function layoutOf(
  panels: readonly ClassicPanel[],
  optional: ReadonlySet<string>,
): v2.Dashboard['layout'] {
  const parts = partsOf(panels, optional);
  const [only] = parts;
  if (parts.length === 1 && only) return contentOf(only.panels);
  return parts.length > MOST_ROWS
    ? { kind: 'TabsLayout', spec: { tabs: parts.map(tabOf) } }
    : { kind: 'RowsLayout', spec: { rows: parts.map(rowOf) } };
}

function tabOf({ title, panels, condition }: Part): v2.TabsLayoutTabKind {
  return { kind: 'TabsLayoutTab', spec: { title, ...condition, layout: contentOf(panels) } };
}

function rowOf({ title, panels, condition }: Part): v2.RowsLayoutRowKind {
  return { kind: 'RowsLayoutRow', spec: { title, collapse: false, ...condition, layout: contentOf(panels) } };
}

/** The panels under each title. */
function partsOf(panels: readonly ClassicPanel[], optional: ReadonlySet<string>): Part[] {
  const parts: { title: string; panels: ClassicPanel[] }[] = [];
  for (const panel of panels) {
    if (panel.type === 'row') parts.push({ title: panel.title, panels: [] });
    else if (parts.length === 0) parts.push({ title: '', panels: [panel] });
    else parts.at(-1)?.panels.push(panel);
  }
  return parts.map((part) => ({
    ...part,
    condition: optional.has(part.title) ? { conditionalRendering: whileThereIsData() } : {},
  }));
}

function whileThereIsData(): v2.ConditionalRenderingGroupKind {
  return {
    kind: 'ConditionalRenderingGroup',
    spec: {
      visibility: 'show',
      condition: 'and',
      items: [{ kind: 'ConditionalRenderingData', spec: { value: true } }],
    },
  };
}

/** Places tiles, and the rest below them. */
function contentOf(panels: readonly ClassicPanel[]): Layout {
  const tiles = panels.filter(({ type }) => type === 'stat');
  const others = panels.filter(({ type }) => type !== 'stat');
  if (tiles.length === 0) return gridOf(others);
  if (others.length === 0) return tilesOf(tiles);
  return { kind: 'RowsLayout', spec: { rows: [tilesOf(tiles), gridOf(others)].map(untitled) } };
}

function untitled(layout: Layout): v2.RowsLayoutRowKind {
  return { kind: 'RowsLayoutRow', spec: { title: '', collapse: false, hideHeader: true, layout } };
}

function tilesOf(panels: readonly ClassicPanel[]): v2.AutoGridLayoutKind {
  return {
    kind: 'AutoGridLayout',
    spec: {
      maxColumnCount: MOST_TILES,
      columnWidthMode: 'custom',
      columnWidth: TILE.width,
      rowHeightMode: 'custom',
      rowHeight: TILE.height,
      fillScreen: false,
      items: panels.map((panel) => ({ kind: 'AutoGridLayoutItem', spec: { element: elementOf(panel) } })),
    },
  };
}

/** Positions are counted from the top of their own part. */
function gridOf(panels: readonly ClassicPanel[]): v2.GridLayoutKind {
  const top = Math.min(...panels.map(({ gridPos: { y } }) => y));
  return {
    kind: 'GridLayout',
    spec: {
      items: panels.map((panel) => {
        const { x, y, w: width, h: height } = panel.gridPos;
        return { kind: 'GridLayoutItem', spec: { x, y: y - top, width, height, element: elementOf(panel) } };
      }),
    },
  };
}

function elementOf(panel: ClassicPanel): v2.ElementReference {
  return { kind: 'ElementReference', name: nameOf(panel) };
}
