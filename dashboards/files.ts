import { allDashboards } from './dashboards.js';
import { configMaps, dataSources, grafanaDashboards, provider } from './provisioning.js';
import { resourceOf } from './v2/resource.js';

/** Every dashboard, made once. */
export const dashboards = allDashboards();

/** What `npm run build:dashboards` writes, by its path from the root. */
export const dashboardFiles: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    dashboards.map((dashboard) => [
      `dashboards/generated/${dashboard.uid}.json`,
      () => `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  ),
  ...Object.fromEntries(
    dashboards.map((dashboard) => [
      `dashboards/generated-v2/${dashboard.uid}.json`,
      () => `${JSON.stringify(resourceOf(dashboard), null, 2)}\n`,
    ]),
  ),
  'dashboards/generated/provisioning/datasources/pmcp.yaml': dataSources,
  'dashboards/generated/provisioning/dashboards/pmcp.yaml': provider,
  'dashboards/generated/kubernetes/config-maps.yaml': () => configMaps(dashboards),
  'dashboards/generated/kubernetes/grafana-dashboards.yaml': () => grafanaDashboards(dashboards),
};
