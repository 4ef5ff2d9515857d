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
`;
}

/** The same at a glance, for the README of the project. */
export function alertsSummary(groups: readonly RuleGroup[], slos: readonly Slo[]): string {
  const rows = groups.filter(({ rules }) => rules.some(isAlert)).map(summaryRow);
  return `${sloTable(slos)}\n\n| about | alerts |\n| --- | --- |\n${rows.join('\n')}`;
}

function summaryRow({ name, rules }: RuleGroup): string {
  const alerts = new Set(rules.filter(isAlert).map(({ alert }) => alert));
  const links = [...alerts].map((alert) => `[${alert.replace(/^Pmcp/, '')}](alerts/runbooks/${alert}.md)`);
  return `| ${name.replace(/^pmcp-/, '')} | ${links.join(' · ')} |`;
}

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
