import { type Dashboard, isPrometheus, type Panel, panelsOf } from '../dashboards/model.js';

/** Ways to break a panel that anybody would see. */
type Spoil = (panel: Panel) => boolean;

const COLOUR = 'color';

/** The names of a legend change their colours with each other; a single one takes another. */
const swapColours: Spoil = ({ fieldConfig }) => {
  const colours = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === COLOUR)
    .map((property) => property as { value: unknown });
  const values = colours.map(({ value }) => value);
  if (values.length < 2) return false;
  colours.forEach((property, index) => {
    property.value = values[(index + 1) % values.length];
  });
  return true;
};

const dropLine: Spoil = (panel) => {
  const { targets = [] } = panel;
  if (targets.length < 2) return false;
  Object.assign(panel, { targets: targets.slice(1) });
  return true;
};

const cutTitle: Spoil = (panel) => {
  Object.assign(panel, { title: `${panel.title.slice(0, -3)}…` });
  return true;
};

/** Each panel is spoiled in one way, and the next one in the next; says which are, by their titles. */
export function spoil(dashboard: Dashboard): string[] {
  const spoiled: string[] = [];
  panelsOf(dashboard).forEach((panel, index) => {
    const courses = panel.type === 'timeseries' && isPrometheus(panel) ? [swapColours, dropLine] : [];
    const ways = index % 3 === 0 ? [cutTitle] : [...(index % 3 === 1 ? courses : courses.toReversed())];
    if (ways.some((way) => way(panel))) spoiled.push(panel.title);
  });
  return spoiled;
}
