import { stringify } from 'yaml';
import type { RuleGroup } from '../rule.js';

/** A rule file of Prometheus. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return yaml({ groups });
}

/** YAML whose lines are not folded: a query is found by searching for it. */
export function yaml(content: unknown): string {
  return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}
