import { ruleGroups } from '../../facts/prometheus.js';
import { some } from '../some.js';
import { prometheusCheck } from './define.js';

export const rulesAreLoadedOnce = prometheusCheck({
  code: 'PMCP-D125',
  title: 'No rule is loaded from two files.',
  why: 'Rules of an older version that are still there go on with their old limits: people are called twice, and recorded series are written by two.',
  cure: 'Remove the older file, or take it out of `rule_files`, and reload Prometheus.',
  severity: 'fail',
  rights: 'GET of `/api/v1/rules`.',
  after: ['PMCP-D104'],
  async run(context) {
    const files = new Map<string, Set<string>>();
    const names = new Map<string, Set<string>>();
    for (const { file, rules } of await context.get(ruleGroups))
      for (const { name, type, labels = {} } of rules.filter((rule) => OURS.test(rule.name))) {
        const key = JSON.stringify([type, name, Object.entries(labels).sort()]);
        files.set(key, (files.get(key) ?? new Set()).add(file));
        const pair = [...files.get(key)!].sort().join(' and ');
        if (files.get(key)!.size > 1) names.set(pair, (names.get(pair) ?? new Set()).add(name));
      }
    return [...names].map(([pair, twice]) => ({
      found: `${twice.size} rules are in ${pair}: ${some([...twice])}`,
    }));
  },
});

const OURS = /pmcp|^Watchdog$/i;
