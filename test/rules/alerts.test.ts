import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { type AlertRule, isAlert, type Rule, type RuleGroup } from '../../alerts/rule.js';
import type { Case, Series } from './case.js';
import { capacity } from './cases/capacity.js';
import { dataSafety } from './cases/data-safety.js';
import { dependencies } from './cases/dependencies.js';
import { edge } from './cases/edge.js';
import { health } from './cases/health.js';
import { refusals } from './cases/refusals.js';
import { serving } from './cases/serving.js';
import { slos } from './cases/slos.js';
import { subscriptions } from './cases/subscriptions.js';
import { unfinished } from './cases/unfinished.js';
import { watchers } from './cases/watchers.js';
import { testRules } from './promtool.js';

const cases: readonly Case[] = [
  ...slos,
  ...serving,
  ...capacity,
  ...health,
  ...dependencies,
  ...edge,
  ...refusals,
  ...subscriptions,
  ...unfinished,
  ...dataSafety,
  ...watchers,
];
const groups = ruleGroups();
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(isAlert);
const recordings = rules.filter((rule) => 'record' in rule);

describe('every alert', () => {
  it('has a case, and every case an alert', () => {
    expect(cases.map(({ alert }) => alert).sort()).toEqual(
      [...new Set(alerts.map(({ alert }) => alert))].sort(),
    );
  });

  it.each(cases.filter(({ alert }) => alert !== 'Watchdog'))(
    '$alert has a series that it stays quiet for',
    (c) => {
      expect(c.quiet.length).toBeGreaterThan(0);
    },
  );

  it('with windows has a case for each of them', () => {
    const wanted = alerts
      .filter(({ labels }) => labels.window)
      .map(({ alert, labels }) => [alert, labels.window]);
    for (const [alert, window] of wanted) {
      const found = cases.find((c) => c.alert === alert)?.fires.map(({ labels }) => labels.window);
      expect(found, alert).toContain(window);
    }
  });
});

describe.each(cases)('$alert', ({ alert, fires, quiet }) => {
  it.each(fires)('fires at minute $at, and not before', async ({ series, at, labels, description }) => {
    const { labels: own, annotations } = definition(alert, labels);
    const expected = {
      exp_labels: { ...labels, severity: own.severity },
      exp_annotations: {
        ...annotations,
        description,
        dashboard_url: annotations.dashboard_url.replace('{{ $labels.job | urlquery }}', labels.job ?? ''),
      },
    };
    const before = at > 0 ? [check(alert, at - 1, [])] : [];
    await testRules(rulesFor(alert), [test(series, [...before, check(alert, at, [expected])])]);
  });

  it.each(quiet)('stays quiet when $why', async ({ series, at }) => {
    const checks = Array.from({ length: at + 1 }, (_, minute) => check(alert, minute, []));
    await testRules(rulesFor(alert), [test(series, checks)]);
  });
});

/** An alert and what it reads of what others record; all rules would take long. */
function rulesFor(name: string): RuleGroup[] {
  const needed = new Set<Rule>(alerts.filter(({ alert }) => alert === name));
  for (const { expr } of needed) {
    for (const rule of recordings) if (expr.includes(rule.record)) needed.add(rule);
  }
  return groups
    .map(({ rules, ...group }) => ({ ...group, rules: rules.filter((rule) => needed.has(rule)) }))
    .filter(({ rules }) => rules.length > 0);
}

function definition(name: string, { window }: Readonly<Record<string, string>>): AlertRule {
  const found = alerts.find(({ alert, labels }) => alert === name && labels.window === window);
  if (!found) throw new Error(`Expected an alert ${name} with the window ${window}, but there is none`);
  return found;
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
