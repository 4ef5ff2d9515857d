import { type AlertRule, isAlert, type RuleGroup } from '../rule.js';

/** Returns how the runbook of each alert must begin, by name of the alert. */
export function runbookHeadings(groups: readonly RuleGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap(({ name, rules }) =>
      rules.filter(isAlert).map((rule) => [rule.alert, heading(name, rule)]),
    ),
  );
}

function heading(group: string, { alert, labels, annotations }: AlertRule): string {
  return `# ${alert}\n\n${annotations.summary} Severity ${labels.severity}, group ${group}.`;
}
