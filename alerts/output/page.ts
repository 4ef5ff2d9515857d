import { type AlertRule, isAlert, type RuleGroup } from '../rule.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from '../slo/slo.js';

/** alerts/README.md: what is promised and what is watched, for people. */
export function alertsPage(groups: readonly RuleGroup[], slos: readonly Slo[]): string {
  return `# SLOs and alerts

<!-- Generated from alerts/ by \`npm run generate\`. -->

## SLOs

For every server by itself. Alerts come before the error budget is gone: \`…BurnFast\` when 2 % of it went in an
hour or 5 % in six, \`…BurnSlow\` when 10 % went in one day or in three.

| SLO | objective | error budget | a bad event |
| --- | --- | --- | --- |
${slos.map(sloRow).join('\n')}

## Alerts

${groups
  .filter(({ rules }) => rules.some(isAlert))
  .map(section)
  .join('\n\n')}
`;
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
