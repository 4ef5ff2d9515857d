/**
 * Kubernetes objects that load the dashboards into Grafana. They are built as text: the npm package writes
 * them too, from the JSON files, and has no library for YAML.
 */
import type { Dashboard } from './dashboard.js';

export const NOTE = '# Generated from dashboards/ by `npm run generate`.\n';
export const FOLDER = 'PMCP';

/**
 * Returns ConfigMaps for the sidecar of Grafana. Each dashboard has its own, since one with all of them would
 * be too large.
 */
export function configMaps(dashboards: readonly Dashboard[]): string {
  const objects = dashboards.map(
    (dashboard) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${dashboard.uid}
  labels:
    grafana_dashboard: "1"
  annotations:
    grafana_folder: ${FOLDER}
data:
  ${dashboard.uid}.json: ${quotedJson(dashboard)}
`,
  );
  return NOTE + objects.join('---\n');
}

/** Returns objects for the Grafana operator, which loads the dashboards into every Grafana with the label. */
export function grafanaDashboards(dashboards: readonly Dashboard[]): string {
  const objects = dashboards.map(
    (dashboard) => `apiVersion: grafana.integreatly.org/v1beta1
kind: GrafanaDashboard
metadata:
  name: ${dashboard.uid}
spec:
  instanceSelector:
    matchLabels:
      dashboards: grafana
  folder: ${FOLDER}
  resyncPeriod: 10m
  json: ${quotedJson(dashboard)}
`,
  );
  return NOTE + objects.join('---\n');
}

/**
 * Returns JSON as a YAML string in single quotes, in which only the quote is special. The JSON has no line
 * breaks.
 */
function quotedJson(value: object): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}
