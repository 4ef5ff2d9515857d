import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenSource, type SourceKind, variableOf } from './sources.js';

const LABELS: Readonly<Record<SourceKind, string>> = {
  prometheus: 'Prometheus data source',
  loki: 'Loki data source',
  tempo: 'Tempo data source',
};

/** Chooses a data source of each kind that a dashboard reads. */
export function sourceVariables(kinds: readonly SourceKind[]): Builder<VariableModel>[] {
  const alone = kinds.length === 1;
  return kinds.map((kind) =>
    new DatasourceVariableBuilder(variableOf(kind, alone))
      .label(alone ? 'Data source' : LABELS[kind])
      .type(kind),
  );
}

/** A target may have no cluster or namespace at all, which `.*` matches and `.+` would not. */
const ANY_OR_NONE = '.*';
const ANY = '.+';

/**
 * Returns variables that choose the targets: cluster, namespace, job and instance. Each offers the values
 * that are left by the earlier ones.
 * @param selector the series from which the targets are listed
 */
export function targetVariables(selector: string): Builder<VariableModel>[] {
  return [
    values({ name: 'cluster', title: 'Cluster', selector, allValue: ANY_OR_NONE }),
    values({ name: 'namespace', title: 'Namespace', selector, among: ['cluster'], allValue: ANY_OR_NONE }),
    values({ name: 'job', title: 'Job', selector, among: ['cluster', 'namespace'] }),
    values({ name: 'instance', title: 'Instance', selector, among: ['cluster', 'namespace', 'job'] }),
  ];
}

interface Values {
  /** The name of the variable. */
  readonly name: string;
  readonly title: string;
  /** The label with the values; the one with the name of the variable if not given. */
  readonly label?: string;
  /** The series that have the label. */
  readonly selector: string;
  /** Earlier variables, which narrow down the series. */
  readonly among?: readonly string[];
  readonly allValue?: string;
}

/** Returns a variable for the values of a label, among the series that earlier variables leave. */
export function values(options: Values): QueryVariableBuilder {
  const { name, title, label = name, selector, among = [], allValue = ANY } = options;
  const query = `label_values(${narrowed(selector, among)}, ${label})`;
  return new QueryVariableBuilder(name)
    .label(title)
    .datasource(chosenSource('prometheus'))
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .multi(true)
    .includeAll(true)
    .allValue(allValue)
    .current({ text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}

function narrowed(selector: string, among: readonly string[]): string {
  const matchers = among.map((name) => `${name}=~"$${name}"`).join(', ');
  if (!matchers) return selector;
  return selector.endsWith('}') ? `${selector.slice(0, -1)}, ${matchers}}` : `${selector}{${matchers}}`;
}
