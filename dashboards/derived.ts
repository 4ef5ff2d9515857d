import type { Dashboard } from './dashboard.js';
import { configMaps, grafanaDashboards } from './objects.js';
import { resourceOf } from './v2/resource.js';

const NEWER = 'generated-v2';
export const CLASSIC = 'generated';

/**
 * Returns the files that are made from the dashboards' JSON alone, by path in this folder. The npm package
 * contains only the JSON, and makes these files on demand.
 *
 * @param optionalOf titles of the sections of a dashboard that are left out while they are empty
 */
export function derivedFiles(
  dashboards: readonly Dashboard[],
  optionalOf: (uid: string) => ReadonlySet<string>,
): Record<string, () => string> {
  const resources = dashboards.map((dashboard) => [
    `${NEWER}/${dashboard.uid}.json`,
    () => formatted(resourceOf(dashboard, optionalOf(dashboard.uid ?? ''))),
  ]);
  return {
    ...Object.fromEntries(resources),
    [`${CLASSIC}/kubernetes/config-maps.yaml`]: () => configMaps(dashboards),
    [`${CLASSIC}/kubernetes/grafana-dashboards.yaml`]: () => grafanaDashboards(dashboards),
  };
}

export function formatted(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
