import { toYaml } from '../prometheus/yaml.js';
import { TEMPLATES } from './alertmanager/receivers.js';
import { type AlertmanagerOptions, alertmanagerConfig } from './alertmanager.js';
import { checkNames, checkObject } from './check-options.js';
import { ruleGroups } from './groups.js';
import { type AlertOptions, settings } from './options.js';
import { grafanaGroups } from './output/grafana.js';
import { alertsPage } from './output/page.js';
import { prometheusRule, ruleFile } from './output/rules.js';
import { isAlert, type RuleGroup } from './rule.js';
import { SLOS } from './slos.js';

const NOTE = '# Generated from alerts/ by `npm run generate`.\n';

/** An example. Every team has its own addresses and channels. */
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

export interface OutputOptions {
  readonly alerts?: AlertOptions;
  readonly alertmanager?: Partial<AlertmanagerOptions>;
}

/** Returns the rules and the configuration of Alertmanager for the options, by file name. */
export function alertOutputs(options: OutputOptions): Record<string, () => string> {
  checkNames('options', options, ['alerts', 'alertmanager']);
  const { alerts = {}, alertmanager = {} } = options;
  checkObject('alertmanager', alertmanager);
  const groups = ruleGroups(alerts);
  const { by, severities } = settings(alerts);
  return {
    'recording-rules.yaml': () => NOTE + ruleFile(groups.filter(records)),
    'alert-rules.yaml': () => NOTE + ruleFile(groups.filter((group) => !records(group))),
    'prometheus-rule.yaml': () => NOTE + prometheusRule('pmcp-observability', groups),
    'alertmanager.yaml': () =>
      NOTE + toYaml(alertmanagerConfig({ receivers: RECEIVERS, by, severities, ...alertmanager })),
    'pmcp.tmpl': () => TEMPLATES,
    'grafana-rule-groups.json': () => grafanaGroups(groups),
  };
}

/** The committed files, by path from the root of the repository. */
export const alertFiles: Readonly<Record<string, () => string>> = {
  'alerts/README.md': () => alertsPage(ruleGroups(), SLOS),
  ...Object.fromEntries(
    Object.entries(alertOutputs({})).map(([name, render]) => [`alerts/generated/${name}`, render]),
  ),
};

function records({ rules }: RuleGroup): boolean {
  return !rules.some(isAlert);
}
