import { type AlertRule, isAlert, type RuleGroup } from '../rule.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from '../slo/slo.js';

/** alerts/README.md: what is promised and what is watched, for people. */
export function alertsPage(groups: readonly RuleGroup[], slos: readonly Slo[]): string {
  return `# SLOs and alerts

<!-- Generated from alerts/ by \`npm run generate\`. -->

## SLOs

For every server by itself. Alerts come before the error budget is gone: \`…BurnFast\` when 2 % of it went in an
hour or 5 % in six, \`…BurnSlow\` when 10 % went in one day or in three.

${sloTable(slos)}

## Alerts

${groups
  .filter(({ rules }) => rules.some(isAlert))
  .map(section)
  .join('\n\n')}

${DELIVERY}
`;
}

const DELIVERY = `## Where alerts go

Receivers, teams and office hours are options of \`npm run build:alerts\`, under \`alertmanager\`:

\`\`\`json
{
  "alerts": {
    "labels": { "team": "search" },
    "change": { "PmcpToolErrors": { "labels": { "team": "payments" } } }
  },
  "alertmanager": {
    "receivers": {
      "pagerDuty": { "routingKeyFile": "/etc/alertmanager/secrets/pagerduty" },
      "slack": { "channel": "#mcp", "apiUrlFile": "/etc/alertmanager/secrets/slack" },
      "deadMansSwitch": { "urlFile": "/etc/alertmanager/secrets/watchdog-url" }
    },
    "teams": {
      "payments": {
        "webhook": {
          "url": "https://payments.example.com/alerts",
          "credentialsFile": "/etc/alertmanager/secrets/payments-token"
        }
      }
    },
    "officeHours": {
      "weekdays": ["monday:friday"],
      "from": "09:00",
      "to": "17:00",
      "timeZone": "Europe/Berlin"
    }
  }
}
\`\`\`

- Critical alerts go to \`pagerDuty\` and \`slack\`, warnings to \`slack\` and \`email\`; \`webhook\` gets both. Where that leaves
  nobody to tell, the other one of \`pagerDuty\` and \`email\` is told. Infos are shown and go nowhere.
- \`teams\` sends alerts with the label \`team\` to receivers of that team instead; all others go to \`receivers\`. The Watchdog
  goes to \`deadMansSwitch\`, whatever labels it has.
- A \`webhook\` and \`deadMansSwitch\` have a \`url\`, or a \`urlFile\` that holds it when it is a secret (Alertmanager 0.26), and a
  \`credentialsFile\` with a bearer token where one is wanted.
- Servers are told apart by \`by\`: cluster, namespace, \`app_kubernetes_io_name\`, \`service\` and job, of which those count that a
  target has. Give every server that runs without Kubernetes or Docker Compose a label \`service\`.`;

function sloTable(slos: readonly Slo[]): string {
  return `| SLO | objective | error budget | a bad event |
| --- | --- | --- | --- |
${slos.map(sloRow).join('\n')}`;
}

function sloRow({ name, objective, window = DEFAULT_WINDOW, bad, ...slo }: Slo): string {
  const spent = `${exact(budget({ name, objective, bad, ...slo }) * 100)} % of ${window}`;
  return `| ${name} | ${exact(objective * 100)} % | ${spent} | ${bad} |`;
}

function section({ name, rules }: RuleGroup): string {
  const alerts = rules.filter(isAlert);
  const first = alerts.filter(
    ({ alert }, index) => alerts.findIndex((other) => other.alert === alert) === index,
  );
  return `### ${name}

| alert | severity | after | meaning |
| --- | --- | --- | --- |
${first.map(alertRow).join('\n')}`;
}

function alertRow({ alert, labels, annotations, ...delay }: AlertRule): string {
  const page = `[${alert}](runbooks/${alert}.md)`;
  return `| ${page} | ${labels.severity} | ${delay.for ?? 'at once'} | ${annotations.summary} |`;
}
