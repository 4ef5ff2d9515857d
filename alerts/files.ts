import { TEMPLATES } from './alertmanager/receivers.js';
import { alertmanagerConfig } from './alertmanager.js';
import { ruleGroups } from './groups.js';
import { grafanaGroups } from './output/grafana.js';
import { prometheusRule } from './output/operator.js';
import { alertsPage } from './output/page.js';
import { ruleFile, yaml } from './output/prometheus.js';
import { isAlert, type RuleGroup } from './rule.js';
import { SLOS } from './slos.js';

const NOTE = '# Generated from alerts/ by `npm run generate`.\n';

const groups = ruleGroups();

/** An example; addresses and channels are every team's own. */
const RECEIVERS = {
  slack: { channel: '#mcp-alerts', apiUrlFile: '/etc/alertmanager/secrets/slack-api-url' },
  pagerDuty: { routingKeyFile: '/etc/alertmanager/secrets/pagerduty-routing-key' },
  email: {
    to: 'mcp@example.com',
    from: 'alertmanager@example.com',
    smarthost: 'smtp.example.com:587',
    username: 'alertmanager',
    passwordFile: '/etc/alertmanager/secrets/smtp-password',
  },
  deadMansSwitch: { url: 'https://watchdog.example.com/pmcp' },
};

/** What `npm run build:alerts` writes, by its path from the root. */
export const alertFiles: Readonly<Record<string, () => string>> = {
  'alerts/README.md': () => alertsPage(groups, SLOS),
  'alerts/generated/recording-rules.yaml': () => NOTE + ruleFile(groups.filter(records)),
  'alerts/generated/alert-rules.yaml': () => NOTE + ruleFile(groups.filter((group) => !records(group))),
  'alerts/generated/prometheus-rule.yaml': () => NOTE + prometheusRule('pmcp-observability', groups),
  'alerts/generated/alertmanager.yaml': () => NOTE + yaml(alertmanagerConfig({ receivers: RECEIVERS })),
  'alerts/generated/pmcp.tmpl': () => TEMPLATES,
  'alerts/generated/grafana-rule-groups.json': () => grafanaGroups(groups),
};

function records({ rules }: RuleGroup): boolean {
  return !rules.some(isAlert);
}
