import { toYaml } from '../../prometheus/yaml.js';
import type { RuleGroup } from '../rule.js';

/** Returns a rule file of Prometheus. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return toYaml({ groups });
}

/** Returns an object of the Prometheus Operator. */
export function prometheusRule(name: string, groups: readonly RuleGroup[]): string {
  return toYaml({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels: { 'app.kubernetes.io/part-of': 'pmcp-observability' } },
    spec: { groups },
  });
}
