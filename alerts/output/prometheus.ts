import { toYaml } from '../../prometheus/yaml.js';
import type { RuleGroup } from '../rule.js';

/** Returns a rule file of Prometheus. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return toYaml({ groups });
}
