import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The kinds of data source that dashboards read. */
export type SourceKind = 'prometheus' | 'loki' | 'tempo';

/**
 * Returns the variable that chooses a data source. If a dashboard reads only one kind, the variable has the
 * plain name.
 */
export function variableOf(kind: SourceKind, alone: boolean): string {
  return alone ? 'datasource' : `${kind}_datasource`;
}

/** The data source of a kind that the reader has chosen. */
export function chosenSource(kind: SourceKind): DataSourceRef {
  return { type: kind, uid: `\${${variableOf(kind, false)}}` };
}
