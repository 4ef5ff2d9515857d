import type { HistogramForm } from '../prometheus/promql.js';
import type { Dashboard } from './dashboard.js';
import { allDashboards, optionalSections } from './dashboards.js';
import { CLASSIC, derivedFiles, formatted } from './derived.js';
import { dataSources, provider } from './provisioning.js';

/** The files that `npm run build:dashboards` writes, by path from the root of the repository. */
export const dashboardFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(filesOf(allDashboards())).map(([path, render]) => [`dashboards/${path}`, render]),
);

/** Returns the same files for a form of histograms, by path in a folder of the user's choice. */
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
