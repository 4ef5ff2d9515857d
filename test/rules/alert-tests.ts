import { type AlertRule, isAlert, type Rule, type RuleGroup } from '../../alerts/rule.js';
import type { Case, Series } from './case.js';

type Fires = Case['fires'][number];
type Quiet = Case['quiet'][number];

/** Rules, with what they need for the series of the cases. */
export class AlertTests {
  private readonly rules: readonly Rule[];

  constructor(private readonly groups: readonly RuleGroup[]) {
    this.rules = groups.flatMap((group) => group.rules);
  }

  get alerts(): AlertRule[] {
    return this.rules.filter(isAlert);
  }

  /** Returns an alert with the recording rules that it reads; all rules would take long. */
  rulesFor(name: string): RuleGroup[] {
    const needed = new Set<Rule>(this.alerts.filter(({ alert }) => alert === name));
    const recordings = this.rules.filter((rule) => 'record' in rule);
    for (const { expr } of needed) {
      for (const rule of recordings) if (expr.includes(rule.record)) needed.add(rule);
    }
    return this.groups
      .map(({ rules, ...group }) => ({ ...group, rules: rules.filter((rule) => needed.has(rule)) }))
      .filter(({ rules }) => rules.length > 0);
  }

  /** Tests that it fires at its minute, and not before. */
  firing(alert: string, { series, at, labels, description }: Fires): object {
    const { labels: own, annotations } = this.definition(alert, labels);
    const expected = {
      exp_labels: { ...labels, severity: own.severity },
      exp_annotations: {
        ...annotations,
        description,
        dashboard_url: annotations.dashboard_url.replace('{{ $labels.job | urlquery }}', labels.job ?? ''),
      },
    };
    const before = at > 0 ? [check(alert, at - 1, [])] : [];
    return test(series, [...before, check(alert, at, [expected])]);
  }

  /** Tests that it never fires. */
  quiet(alert: string, { series, at }: Quiet): object {
    return test(
      series,
      Array.from({ length: at + 1 }, (_, minute) => check(alert, minute, [])),
    );
  }

  private definition(name: string, { window }: Readonly<Record<string, string>>): AlertRule {
    const found = this.alerts.find(({ alert, labels }) => alert === name && labels.window === window);
    if (!found) throw new Error(`Expected an alert ${name} with the window ${window}, but there is none`);
    return found;
  }
}

function test(series: Series, checks: readonly object[]): object {
  return {
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: checks,
  };
}

function check(alertname: string, minute: number, expected: readonly object[]): object {
  return { alertname, eval_time: `${minute}m`, exp_alerts: expected };
}
