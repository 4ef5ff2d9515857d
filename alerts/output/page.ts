import { type AlertRule, isAlert, type RuleGroup } from '../rule.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from '../slo/slo.js';

/** Returns alerts/README.md, which describes SLOs and alerts to readers. */
export function alertsPage(groups: readonly RuleGroup[], slos: readonly Slo[]): string {
  return `# SLOs and alerts

<!-- Generated from alerts/ by \`npm run generate\`. -->

## SLOs

Each server has its own error budget. Alerts come before it is used up: \`…BurnFast\` if 2 % of it is used in one
hour or 5 % in six, \`…BurnSlow\` if 10 % is used in one day or in three.

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

- Critical alerts go to \`pagerDuty\` and \`slack\`, warnings to \`slack\` and \`email\`, both to \`webhook\`. If none of these receivers exists,
  they go to the other one of \`pagerDuty\` and \`email\`. Infos are shown, but not sent.
- Alerts with the label \`team\` go to the receivers of that team in \`teams\`. All others go to \`receivers\`. The Watchdog always goes to
  \`deadMansSwitch\`.
- \`webhook\` and \`deadMansSwitch\` need a \`url\`. If the URL is a secret, put it into a file and name the file in \`urlFile\` (Alertmanager 0.26).
  \`credentialsFile\` is a file with a bearer token.
- The labels in \`by\` identify a server: cluster, namespace, \`app_kubernetes_io_name\`, \`service\` and job, as far as a target has them.
  If a server runs without Kubernetes and Docker Compose, give it a label \`service\`.`;

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
