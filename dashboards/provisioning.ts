/** Files from which Grafana loads data sources and dashboards by itself. */
import { stringify } from 'yaml';
import { SCRAPE_INTERVAL } from '../prometheus/scrape/options.js';
import { FOLDER, NOTE } from './objects.js';

function yaml(...documents: unknown[]): string {
  const texts = documents.map((document) =>
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return NOTE + texts.join('---\n');
}

/** Returns data sources with links from an exemplar to its trace, from a trace to its log lines, and back. */
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
            // The line of a request is written after its span has ended, and collectors add a delay.
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

/**
 * Returns the link to a trace. A collector sends the id of the trace beside the line; without one it is in
 * the line.
 */
function traceOf(matcherType: 'label' | 'regex', matcherRegex: string) {
  // `$$` stands for `$`, since Grafana replaces variables of the environment.
  return {
    name: `trace from ${matcherType}`,
    matcherType,
    matcherRegex,
    url: '$${__value.raw}',
    datasourceUid: 'tempo',
  };
}

/** Returns where Grafana finds the dashboards' files. */
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
