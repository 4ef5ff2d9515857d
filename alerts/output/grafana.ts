import {
  type RuleGroup as GrafanaGroup,
  QueryBuilder,
  RuleBuilder,
  RuleGroupBuilder,
} from '@grafana/grafana-foundation-sdk/alerting';
import { TypeMathBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { seconds } from '../duration.js';
import { type AlertRule, isAlert, type RuleGroup } from '../rule.js';

const FOLDER = 'pmcp';
const DATA_SOURCE = 'prometheus';
const INTERVAL_SECONDS = 60;
/** The time range of a query. An instant query only sees the data at its end. */
const SEEN_SECONDS = 600;

/**
 * Returns the alerts in the form of Grafana's provisioning API, with one group for each
 * `PUT /api/v1/provisioning/folder/pmcp/rule-groups/…`. Recording rules stay in Prometheus.
 */
export function grafanaGroups(groups: readonly RuleGroup[]): string {
  const built = groups
    .map(({ name, interval, rules }) => grafanaGroup(name, interval, rules.filter(isAlert)))
    .filter(({ rules }) => rules?.length);
  // The builders' results contain functions, which JSON drops.
  return `${JSON.stringify(built, undefined, 2)}\n`;
}

function grafanaGroup(
  name: string,
  interval: RuleGroup['interval'],
  alerts: readonly AlertRule[],
): GrafanaGroup {
  return new RuleGroupBuilder(name)
    .folderUid(FOLDER)
    .interval(interval ? Math.max(10, seconds(interval)) : INTERVAL_SECONDS)
    .rules(alerts.map((alert) => grafanaRule(name, alert)))
    .build();
}

function grafanaRule(group: string, { alert, expr, labels, annotations, ...delay }: AlertRule): RuleBuilder {
  const query = new DataqueryBuilder().refId('A').expr(expr).instant();
  // A PromQL comparison leaves out what is fine, so any number is an alert, even 0.
  const found = new TypeMathBuilder().refId('B').expression('is_number($A)');
  const title = [alert, labels.window].filter(Boolean).join(' ');
  return new RuleBuilder(title)
    .uid(title.toLowerCase().replace(' ', '-'))
    .orgID(1)
    .folderUID(FOLDER)
    .ruleGroup(group)
    .withQuery(over(new QueryBuilder('A').datasourceUid(DATA_SOURCE).model(query)))
    .withQuery(over(new QueryBuilder('B').datasourceUid('__expr__').model(found)))
    .condition('B')
    .forDuration(delay.for ?? '0s')
    .noDataState('OK')
    .execErrState('Error')
    .labels({ ...labels })
    .annotations(inGrafana(annotations));
}

function over(query: QueryBuilder): QueryBuilder {
  return query.relativeTimeRange({ from: SEEN_SECONDS, to: 0 });
}

/** Replaces `$value`, which in Grafana is a text that lists all queries. */
function inGrafana(annotations: AlertRule['annotations']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [name, text.replaceAll('$value', '$values.A.Value')]),
  );
}
