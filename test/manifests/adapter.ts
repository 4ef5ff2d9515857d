import { parse } from 'yaml';
import { get } from './manifests.js';

/** The fields of a discovery rule of prometheus-adapter that our rules use. */
interface Rule {
  readonly seriesQuery: string;
  readonly resources: { readonly overrides: Readonly<Record<string, { readonly resource: string }>> };
  readonly name: { readonly as: string };
  readonly metricsQuery: string;
}

export function adapterRules(): readonly Rule[] {
  const config = get('ConfigMap', 'prometheus-adapter/config-map.yaml').data?.['config.yaml'] ?? '';
  return (parse(config) as { rules: Rule[] }).rules;
}

/** Returns the label with the name of a resource, e.g. of a pod. */
export function labelOf({ resources }: Rule, resource: string): string {
  const found = Object.entries(resources.overrides).find(([, override]) => override.resource === resource);
  if (!found) throw new Error(`Expected an override for ${resource}, got ${JSON.stringify(resources)}`);
  return found[0];
}

/** Returns the query that the adapter makes for a metric of some pods in a namespace. */
export function adapterQuery(rule: Rule, namespace: string, pods: readonly string[]): string {
  const podLabel = labelOf(rule, 'pod');
  const operator = pods.length > 1 ? '=~' : '=';
  const values: Readonly<Record<string, string>> = {
    Series: seriesName(rule),
    LabelMatchers: `${labelOf(rule, 'namespace')}="${namespace}",${podLabel}${operator}"${pods.join('|')}"`,
    GroupBy: podLabel,
  };
  return rule.metricsQuery.replace(/<<\.(\w+)>>/g, (_, field: string) => {
    const value = values[field];
    if (value === undefined) throw new Error(`Expected one of ${Object.keys(values)}, got <<.${field}>>`);
    return value;
  });
}

function seriesName({ seriesQuery }: Rule): string {
  return /^\w+/.exec(seriesQuery)![0];
}
