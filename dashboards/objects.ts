/**
 * Kubernetes objects that bring the dashboards to Grafana. As text, because the npm package writes them too, from the JSON files, and has no
 * library for YAML.
 */
import type { Dashboard } from './dashboard.js';

export const NOTE = '# Generated from dashboards/ by `npm run generate`.\n';
export const FOLDER = 'PMCP';

/** For the sidecar of Grafana. One for each dashboard: a ConfigMap with all of them would be too large. */
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

/** For the Grafana operator, which brings the dashboards to every Grafana with the label. */
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

/** As a string of YAML in single quotes, in which nothing but the quote is special. JSON has no line breaks. */
function quotedJson(value: object): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}
