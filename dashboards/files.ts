import type { HistogramForm } from '../prometheus/promql.js';
import type { Dashboard } from './dashboard.js';
import { allDashboards, optionalSections } from './dashboards.js';
import { configMaps, dataSources, grafanaDashboards, provider } from './provisioning.js';
import { resourceOf } from './v2/resource.js';

const CLASSIC = 'generated';
const NEWER = 'generated-v2';

/** What `npm run build:dashboards` writes, by its path from the root. */
export const dashboardFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(filesOf(allDashboards())).map(([path, render]) => [`dashboards/${path}`, render]),
);

/** The same for Prometheus servers that have histograms in a form, by the path in a folder of one's own. */
export function dashboardOutputs(form: HistogramForm): Readonly<Record<string, () => string>> {
  return filesOf(allDashboards(form));
}

function filesOf(dashboards: Dashboard[]): Record<string, () => string> {
  const each = (folder: string, make: (dashboard: Dashboard) => object) =>
    dashboards.map((dashboard) => [
      `${folder}/${dashboard.uid}.json`,
      () => `${JSON.stringify(make(dashboard), null, 2)}\n`,
    ]);
  return {
    ...Object.fromEntries(each(CLASSIC, (dashboard) => dashboard)),
    ...Object.fromEntries(each(NEWER, (dashboard) => resourceOf(dashboard, optionalSections(dashboard.uid)))),
    [`${CLASSIC}/provisioning/datasources/pmcp.yaml`]: dataSources,
    [`${CLASSIC}/provisioning/dashboards/pmcp.yaml`]: provider,
    [`${CLASSIC}/kubernetes/config-maps.yaml`]: () => configMaps(dashboards),
    [`${CLASSIC}/kubernetes/grafana-dashboards.yaml`]: () => grafanaDashboards(dashboards),
  };
}
