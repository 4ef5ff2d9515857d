/** Files with which Grafana, its sidecar or its operator get the dashboards without being published to. */
import { stringify } from 'yaml';
import { SCRAPE_INTERVAL } from '../prometheus/scrape/options.js';
import type { Dashboard } from './dashboard.js';

const NOTE = '# Generated from dashboards/ by `npm run generate`.\n';
const FOLDER = 'PMCP';

function yaml(...documents: unknown[]): string {
  const texts = documents.map((document) =>
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return NOTE + texts.join('---\n');
}

/** Data sources that lead from an exemplar to its trace, from a trace to its log lines, and back. */
export function dataSources(): string {
  return yaml({
    apiVersion: 1,
    datasources: [
      {
        ...source('prometheus', 'Prometheus', 'http://prometheus:9090'),
        isDefault: true,
        jsonData: {
          httpMethod: 'POST',
          timeInterval: SCRAPE_INTERVAL,
          exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'tempo' }],
        },
      },
      {
        ...source('loki', 'Loki', 'http://loki:3100'),
        jsonData: { derivedFields: [traceOf('label', 'trace_id'), traceOf('regex', '"trace_id":"(\\w+)"')] },
      },
      {
        ...source('tempo', 'Tempo', 'http://tempo:3200'),
        jsonData: {
          tracesToLogsV2: {
            datasourceUid: 'loki',
            filterByTraceID: true,
            // The line of a request is written after its span has ended, and collectors take their time.
            spanStartTimeShift: '-1m',
            spanEndTimeShift: '1m',
            tags: [{ key: 'service.name', value: 'service_name' }],
          },
        },
      },
    ],
  });
}

function source(type: string, name: string, url: string) {
  return { name, uid: type, type, access: 'proxy', url };
}

/** A collector sends the trace's id beside the line; without one it is in the line. */
function traceOf(matcherType: 'label' | 'regex', matcherRegex: string) {
  // `$$` stands for `$`, for Grafana fills in variables of the environment.
  return {
    name: `trace from ${matcherType}`,
    matcherType,
    matcherRegex,
    url: '$${__value.raw}',
    datasourceUid: 'tempo',
  };
}

/** Where Grafana looks for the dashboards' files. */
export function provider(): string {
  return yaml({
    apiVersion: 1,
    providers: [
      {
        name: 'pmcp',
        folder: FOLDER,
        type: 'file',
        disableDeletion: false,
        allowUiUpdates: false,
        options: { path: '/var/lib/grafana/dashboards/pmcp' },
      },
    ],
  });
}

/** One for each dashboard: together they would be larger than a ConfigMap may be. */
export function configMaps(dashboards: readonly Dashboard[]): string {
  return yaml(
    ...dashboards.map((dashboard) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: dashboard.uid,
        labels: { grafana_dashboard: '1' },
        annotations: { grafana_folder: FOLDER },
      },
      data: { [`${dashboard.uid}.json`]: JSON.stringify(dashboard) },
    })),
  );
}

/** For the Grafana operator, which takes the dashboards to every Grafana that carries the label. */
export function grafanaDashboards(dashboards: readonly Dashboard[]): string {
  return yaml(
    ...dashboards.map((dashboard) => ({
      apiVersion: 'grafana.integreatly.org/v1beta1',
      kind: 'GrafanaDashboard',
      metadata: { name: dashboard.uid },
      spec: {
        instanceSelector: { matchLabels: { dashboards: 'grafana' } },
        folder: FOLDER,
        resyncPeriod: '10m',
        json: JSON.stringify(dashboard),
      },
    })),
  );
}
