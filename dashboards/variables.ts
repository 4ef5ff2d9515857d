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

/** A place may have no such label at all, which `.*` matches and `.+` would not. */
const ANY_OR_NONE = '.*';
const ANY = '.+';

/**
 * Chooses the targets: cluster, namespace, job and instance, each among those that are left.
 * @param selector the series that tell which targets there are
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
  /** Of the variable. */
  readonly name: string;
  readonly title: string;
  /** Whose values these are; the label that is called as the variable is, if not given. */
  readonly label?: string;
  /** The series that have them. */
  readonly selector: string;
  /** The variables before, which narrow down the series. */
  readonly among?: readonly string[];
  readonly allValue?: string;
}

/** Chooses values of a label, among the series that the variables before leave. */
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
