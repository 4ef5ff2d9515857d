import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The kinds of data source that dashboards read. */
export type SourceKind = 'prometheus' | 'loki' | 'tempo';

/** The variable that chooses a data source; where a dashboard reads one kind only, it has the plain name. */
export function variableOf(kind: SourceKind, alone: boolean): string {
  return alone ? 'datasource' : `${kind}_datasource`;
}

/** The data source of a kind that the reader has chosen. */
export function chosenSource(kind: SourceKind): DataSourceRef {
  return { type: kind, uid: `\${${variableOf(kind, false)}}` };
}
