import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { refIdOf } from './panels/target.js';
import { chosenSource, type SourceKind, variableOf } from './sources.js';

/** A JSON object. */
export interface Json {
  readonly [key: string]: unknown;
}

/** Corrects what the builders leave out or add in contrast to Grafana's own dashboards. */
export function finished(dashboard: Dashboard, sources: readonly SourceKind[]): Json {
  const panels = dashboard.panels?.map(withIds);
  // The builders' results contain functions, which JSON drops.
  return JSON.parse(JSON.stringify({ ...dashboard, panels }), reviver(sources)) as Json;
}

function withIds<P extends Panel | RowPanel>(panel: P, index: number): P {
  const targets = 'targets' in panel && panel.targets;
  return {
    ...panel,
    id: index + 1,
    ...(targets && { targets: targets.map((target, place) => ({ ...target, refId: refIdOf(place) })) }),
  };
}

/**
 * Removes a placement that hides links and annotations in a menu. Renames the variable of the data source if
 * there is only one.
 */
function reviver([first, ...others]: readonly SourceKind[]) {
  const alone = first !== undefined && others.length === 0;
  const uid = alone ? chosenSource(first).uid : undefined;
  return (key: string, value: unknown): unknown => {
    if (key === 'placement' && value === 'inControlsMenu') return undefined;
    if (alone && key === 'uid' && value === uid) return `\${${variableOf(first, true)}}`;
    return value;
  };
}
