import { parse } from 'yaml';
import { get } from './manifests.js';

/** A discovery rule of prometheus-adapter, as far as ours go. */
interface Rule {
  readonly seriesQuery: string;
  readonly resources: { readonly overrides: Readonly<Record<string, { readonly resource: string }>> };
  readonly name: { readonly as: string };
  readonly metricsQuery: string;
}

export function adapterRules(): readonly Rule[] {
  const config = get('ConfigMap', 'hpa/prometheus-adapter.yaml').data?.['config.yaml'] ?? '';
  return (parse(config) as { rules: Rule[] }).rules;
}
