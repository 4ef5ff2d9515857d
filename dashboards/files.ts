import type { HistogramForm } from '../prometheus/promql.js';
import type { Dashboard } from './dashboard.js';
import { allDashboards, optionalSections } from './dashboards.js';
import { CLASSIC, derivedFiles, formatted } from './derived.js';
import { dataSources, provider } from './provisioning.js';

/** What `npm run build:dashboards` writes, by its path from the root. */
export const dashboardFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(filesOf(allDashboards())).map(([path, render]) => [`dashboards/${path}`, render]),
);

/** The same for Prometheus servers that have histograms in a form, by the path in a folder of one's own. */
export function dashboardOutputs(form: HistogramForm): Readonly<Record<string, () => string>> {
  return filesOf(allDashboards(form));
}

function filesOf(dashboards: Dashboard[]): Record<string, () => string> {
  const classic = dashboards.map((dashboard) => [
    `${CLASSIC}/${dashboard.uid}.json`,
    () => formatted(dashboard),
  ]);
  return {
    ...Object.fromEntries(classic),
    [`${CLASSIC}/provisioning/datasources/pmcp.yaml`]: dataSources,
    [`${CLASSIC}/provisioning/dashboards/pmcp.yaml`]: provider,
    ...derivedFiles(dashboards, optionalSections),
  };
}
