import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { refIdOf } from './panels/target.js';
import { chosenSource, type SourceKind, variableOf } from './sources.js';

/** What JSON can hold. */
export interface Json {
  readonly [key: string]: unknown;
}

/** What the builders leave out or add although Grafana's own dashboards don't have it. */
export function finished(dashboard: Dashboard, sources: readonly SourceKind[]): Json {
  const panels = dashboard.panels?.map(withIds);
  // Builders leave functions in what they build, which JSON drops.
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

/** Links and annotations get a placement that hides them in a menu; the only source has a name of its own. */
function reviver([first, ...others]: readonly SourceKind[]) {
  const alone = first !== undefined && others.length === 0;
  const uid = alone ? chosenSource(first).uid : undefined;
  return (key: string, value: unknown): unknown => {
    if (key === 'placement' && value === 'inControlsMenu') return undefined;
    if (alone && key === 'uid' && value === uid) return `\${${variableOf(first, true)}}`;
    return value;
  };
}
