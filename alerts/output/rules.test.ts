import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ruleGroups } from '../groups.js';
import type { RuleGroup } from '../rule.js';
import { prometheusRule } from './rules.js';

/** Throws the errors of the operator's schema. */
function validate(groups: readonly RuleGroup[]): void {
  new PrometheusRule(parse(prometheusRule('pmcp-observability', groups))).validate();
}

describe('the PrometheusRule object', () => {
  it('is valid for the operator', () => {
    expect(() => validate(ruleGroups())).not.toThrow();
  });

  it('is rejected with an invalid duration', () => {
    const [group] = ruleGroups();
    expect(() => validate([{ name: 'x', rules: [], ...group, interval: 'soon' as '1m' }])).toThrow(
      'interval',
    );
  });
});
