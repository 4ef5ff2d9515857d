import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import { VariableHide, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { unexpected } from '../../prometheus/expected.js';
import { type ClassicVariable, dataQuery } from './classic.js';

const SHOWN = { hide: VariableHide.DontHide, skipUrlSync: false } as const;
const ALL = { text: ['All'], value: ['$__all'] };
const NONE = { text: '', value: '' };

export function variableOf(variable: ClassicVariable): v2.VariableKind {
  switch (variable.type) {
    case 'datasource':
      return source(variable);
    case 'query':
      return asked(variable);
    case 'textbox':
      return text(variable);
    default:
      throw unexpected(`variables.${variable.name}`, 'datasource, query or textbox', variable.type);
  }
}

function source({ name, label, query }: ClassicVariable): v2.DatasourceVariableKind {
  return {
    kind: 'DatasourceVariable',
    spec: {
      ...SHOWN,
      name,
      label,
      pluginId: String(query),
      refresh: VariableRefresh.OnDashboardLoad,
      regex: '',
      current: NONE,
      options: [],
      multi: false,
      includeAll: false,
      allowCustomValue: false,
    },
  };
}

function asked({
  name,
  label,
  query,
  definition,
  datasource,
  allValue,
}: ClassicVariable): v2.QueryVariableKind {
  if (!datasource) throw unexpected(`variables.${name}.datasource`, 'a data source', datasource);
  return {
    kind: 'QueryVariable',
    spec: {
      ...SHOWN,
      name,
      label,
      query: dataQuery(datasource, query as object),
      ...(definition !== undefined && { definition }),
      ...(allValue !== undefined && { allValue }),
      refresh: VariableRefresh.OnTimeRangeChanged,
      sort: VariableSort.NaturalAsc,
      regex: '',
      current: ALL,
      options: [],
      multi: true,
      includeAll: true,
      allowCustomValue: true,
    },
  };
}

function text({ name, label }: ClassicVariable): v2.TextVariableKind {
  return { kind: 'TextVariable', spec: { ...SHOWN, name, label, query: '', current: NONE } };
}
