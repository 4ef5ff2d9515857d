import { BAD, GOOD, WARN } from '../../dashboards/colours.js';
import { type Dashboard, isPrometheus, type Panel, panelsOf } from '../dashboards/model.js';

/** Breaks a panel in a visible way. Returns whether this panel can be broken in this way. */
type Spoil = (panel: Panel, all: readonly Panel[]) => boolean;

const COLOUR = 'color';
const LINE_WIDTH = 'custom.lineWidth';
const HIDDEN = 'hidden';

function isCourse(panel: Panel): boolean {
  return panel.type === 'timeseries' && isPrometheus(panel);
}

/** Changes a panel, although its members are read-only. */
function set(panel: Panel, change: object): true {
  Object.assign(panel, change);
  return true;
}

/** Swaps the colours of the names in a legend. */
const swapColours: Spoil = (panel) => {
  const colours = (panel.fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === COLOUR)
    .map((property) => property as { value: unknown });
  const values = colours.map(({ value }) => value);
  if (!isCourse(panel) || values.length < 2) return false;
  colours.forEach((property, index) => {
    property.value = values[(index + 1) % values.length];
  });
  return true;
};

const dropLine: Spoil = (panel) => {
  const { targets = [] } = panel;
  const [first, ...others] = targets.filter(({ exemplar }) => !exemplar);
  const left = targets.filter((target) => target !== first);
  return isCourse(panel) && others.length > 0 && set(panel, { targets: left });
};

/** Hides a line that is still in the legend. */
const hideLine: Spoil = (panel) => {
  const { targets = [], fieldConfig } = panel;
  const name = targets.at(-1)?.legendFormat;
  const properties = fieldConfig?.overrides?.find(({ matcher }) => matcher.options === name)?.properties;
  if (!isCourse(panel) || !properties || targets.length < 2) return false;
  (properties as object[]).push({ id: LINE_WIDTH, value: 0 });
  return true;
};

const cutTitle: Spoil = (panel) => set(panel, { title: `${panel.title.slice(0, -3)}…` });

const otherUnit: Spoil = (panel) => {
  const { defaults } = panel.fieldConfig ?? {};
  if (!isCourse(panel) || !defaults) return false;
  Object.assign(defaults, { unit: defaults.unit === 'celsius' ? 'short' : 'celsius' });
  return true;
};

const shiftLegend: Spoil = (panel) => {
  const { legend } = panel.options ?? {};
  if (!isCourse(panel) || !legend?.showLegend) return false;
  Object.assign(legend, { placement: 'right' });
  return true;
};

/** Removes a threshold, if it is always visible, whatever the values are. */
const dropThreshold: Spoil = ({ fieldConfig }) => {
  const { max, custom } = (fieldConfig?.defaults ?? {}) as Limited;
  if (max === undefined || custom?.thresholdsStyle?.mode !== 'dashed') return false;
  custom.thresholdsStyle.mode = 'off';
  return true;
};

interface Limited {
  readonly max?: number;
  readonly custom?: { readonly thresholdsStyle?: { mode: string } };
}

/** Hides a panel, if another panel in the same row keeps its place empty. */
const hide: Spoil = (panel, all) =>
  all.some((other) => other !== panel && other.gridPos.y === panel.gridPos.y) && set(panel, { type: HIDDEN });

/** Swaps the places of two panels. */
const changePlaces: Spoil = (panel, all) => {
  const { gridPos } = panel;
  const other = all[all.indexOf(panel) + 1];
  if (!other || other.gridPos.y !== gridPos.y || other.gridPos.w !== gridPos.w) return false;
  set(panel, { gridPos: other.gridPos });
  return set(other, { gridPos });
};

/** Swaps the colours for good, warning and bad in the whole panel. */
const recolour =
  (type: string): Spoil =>
  (panel) => {
    const before = JSON.stringify(panel);
    const after = before.replace(STATES, (colour) => NEXT[colour] ?? colour);
    return panel.type === type && after !== before && set(panel, JSON.parse(after));
  };

const NEXT: Readonly<Record<string, string>> = { [GOOD]: BAD, [WARN]: GOOD, [BAD]: WARN };
const STATES = new RegExp(Object.keys(NEXT).join('|'), 'g');

const dropColumn: Spoil = (panel) => {
  const { type, targets = [] } = panel;
  return type === 'table' && targets.length > 2 && set(panel, { targets: targets.toSpliced(1, 1) });
};

const otherUnitOfColumn: Spoil = ({ type, fieldConfig }) => {
  const units = (fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'unit'),
  );
  for (const unit of units) Object.assign(unit, { value: 'celsius' });
  return type === 'table' && units.length > 0;
};

/** Removes the smallest bands of a heatmap. */
const dropBands: Spoil = (panel) => {
  const { type, targets = [] } = panel;
  const fewer = targets.map((target) =>
    target.exemplar ? target : { ...target, expr: `topk(3, ${target.expr})` },
  );
  return type === 'heatmap' && isPrometheus(panel) && set(panel, { targets: fewer });
};

/** Changes the names of states, which are shown in their bars. */
const rename: Spoil = (panel) => {
  const before = JSON.stringify(panel);
  const after = before.replace(/"text":"(\w)/g, '"text":"Not $1');
  return panel.type === 'state-timeline' && after !== before && set(panel, JSON.parse(after));
};

interface Way {
  readonly spoil: Spoil;
  /** The dashboards on which it is tried. Together they have every kind of panel. */
  readonly on: readonly string[];
}

const CURVES = ['pmcp-nodejs'];

export const WAYS: Readonly<Record<string, Way>> = {
  'swapped colours': { spoil: swapColours, on: CURVES },
  'a truncated title': { spoil: cutTitle, on: ['pmcp-nodejs', 'pmcp-connections', 'pmcp-dependencies'] },
  'a missing line': { spoil: dropLine, on: CURVES },
  'a line that is only in its legend': { spoil: hideLine, on: CURVES },
  'another unit': { spoil: otherUnit, on: CURVES },
  'a legend on another side': { spoil: shiftLegend, on: CURVES },
  'a missing limit': { spoil: dropThreshold, on: CURVES },
  'a missing panel': { spoil: hide, on: CURVES },
  'panels in another order': { spoil: changePlaces, on: CURVES },
  'stat panels in other colours': { spoil: recolour('stat'), on: ['pmcp-dependencies'] },
  'tables in other colours': { spoil: recolour('table'), on: ['pmcp-slos'] },
  'a missing column': { spoil: dropColumn, on: ['pmcp-slos'] },
  'another unit in a table': { spoil: otherUnitOfColumn, on: ['pmcp-slos'] },
  'states in other colours': { spoil: recolour('state-timeline'), on: ['pmcp-kubernetes'] },
  'states with other names': { spoil: rename, on: ['pmcp-kubernetes'] },
  'missing bands': { spoil: dropBands, on: ['pmcp-tools'] },
};

/**
 * Spoils every other panel that can be spoiled in this way.
 * Returns the names of these panels in the pictures.
 */
export function spoil(dashboard: Dashboard, way: string): string[] {
  const panels = panelsOf(dashboard);
  const spoiled: string[] = [];
  for (let index = 0; index < panels.length; index++) {
    const panel = panels[index]!;
    const { title } = panel;
    if (!WAYS[way]?.spoil(panel, panels)) continue;
    spoiled.push(title);
    index++;
    if (way === 'panels in another order') spoiled.push(panels[index]!.title);
  }
  Object.assign(dashboard, { panels: dashboard.panels.filter(({ type }) => type !== HIDDEN) });
  return spoiled;
}
