import { ruleGroups } from './groups.js';
import { grafanaGroups } from './output/grafana.js';
import { prometheusRule } from './output/operator.js';
import { alertsPage } from './output/page.js';
import { ruleFile } from './output/prometheus.js';
import { isAlert, type RuleGroup } from './rule.js';
import { SLOS } from './slos.js';

const NOTE = '# Generated from alerts/ by `npm run generate`.\n';

const groups = ruleGroups();

/** What `npm run build:alerts` writes, by its path from the root. */
export const alertFiles: Readonly<Record<string, () => string>> = {
  'alerts/README.md': () => alertsPage(groups, SLOS),
  'alerts/generated/recording-rules.yaml': () => NOTE + ruleFile(groups.filter(records)),
  'alerts/generated/alert-rules.yaml': () => NOTE + ruleFile(groups.filter((group) => !records(group))),
  'alerts/generated/prometheus-rule.yaml': () => NOTE + prometheusRule('pmcp-observability', groups),
  'alerts/generated/grafana-rule-groups.json': () => grafanaGroups(groups),
};

function records({ rules }: RuleGroup): boolean {
  return !rules.some(isAlert);
}
