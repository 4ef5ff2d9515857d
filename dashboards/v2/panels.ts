import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import { type ClassicPanel, dataQuery, type Target, type Transformation } from './classic.js';

/** Returns the name of the element for a panel. */
export function nameOf({ id }: Pick<ClassicPanel, 'id'>): string {
  return `panel-${id}`;
}

/** Returns every panel by its name, without its place. */
export function elementsOf(panels: readonly ClassicPanel[]): Record<string, v2.Element> {
  const shown = panels.filter(({ type }) => type !== 'row');
  return Object.fromEntries(shown.map((panel) => [nameOf(panel), elementOf(panel)]));
}

function elementOf(panel: ClassicPanel): v2.PanelKind {
  const { id, type, title, description = '', targets = [], transformations = [], maxDataPoints } = panel;
  return {
    kind: 'Panel',
    spec: {
      id,
      title,
      description,
      links: [],
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: targets.map(queryOf),
          transformations: transformations.map(transformationOf),
          queryOptions: { ...(maxDataPoints !== undefined && { maxDataPoints }) },
        },
      },
      vizConfig: {
        kind: 'VizConfig',
        group: type,
        version: '',
        spec: {
          options: panel.options ?? {},
          fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
        },
      },
    },
  };
}

function queryOf({ refId, datasource, ...asks }: Target): v2.PanelQueryKind {
  return { kind: 'PanelQuery', spec: { refId, hidden: false, query: dataQuery(datasource, asks) } };
}

function transformationOf({ id, filter, options }: Transformation): v2.TransformationKind {
  return { kind: 'Transformation', group: id, spec: { ...(filter && { filter: { ...filter } }), options } };
}
