import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { activeAlerts, ago, quietRules, type Rule, runbookOf, thresholdOf } from './rules.js';

const rule = (name: string, alerts: Rule['alerts'] = [], query = 'a > 1'): Rule => ({
  type: 'alerting',
  name,
  query,
  duration: 60,
  labels: {},
  annotations: {},
  state: alerts.length > 0 ? 'firing' : 'inactive',
  health: 'ok',
  alerts,
});

const alert = (state: string, severity: string, activeAt: string, job = 'a') => ({
  labels: { alertname: 'x', severity, job },
  annotations: {},
  state,
  activeAt,
  value: '2e+00',
});

const groupOf = (...rules: Rule[]) => ({ groups: [{ name: 'g', interval: 15, rules }] });

describe('active alerts', () => {
  it('are sorted: firing first, then critical, then the oldest', () => {
    const list = [
      alert('pending', 'critical', '2026-01-01T00:00:00Z', 'fourth'),
      alert('firing', 'warning', '2026-01-01T00:00:00Z', 'third'),
      alert('firing', 'critical', '2026-01-02T00:00:00Z', 'second'),
      alert('firing', 'critical', '2026-01-01T00:00:00Z', 'first'),
    ];
    const found = activeAlerts(groupOf(rule('x', list)));
    expect(found.map(({ labels }) => labels.job)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(found[0]).toMatchObject({ name: 'x', state: 'firing', value: 2 });
  });

  it('are distinguished by their labels', () => {
    const found = activeAlerts(
      groupOf(
        rule('x', [
          alert('firing', 'info', '2026-01-01T00:00:00Z', 'a'),
          alert('firing', 'info', '2026-01-01T00:00:00Z', 'b'),
        ]),
      ),
    );
    expect(new Set(found.map(({ key }) => key)).size).toBe(2);
  });

  it('are separated from the other rules, which are quiet', () => {
    const groups = groupOf(
      rule('b'),
      rule('a'),
      rule('x', [alert('firing', 'info', '2026-01-01T00:00:00Z')]),
      {
        ...rule('recorded'),
        type: 'recording',
      },
    );
    expect(quietRules(groups).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('the threshold of a query', () => {
  it.each([
    ['up == 0', { expression: 'up', operator: '==', limit: '0' }],
    [
      'rate(a[5m]) > 0.0144 and rate(b[5m]) > 1',
      { expression: 'rate(a[5m])', operator: '>', limit: '0.0144' },
    ],
    [
      'sum by (job) (a{b=~"x > 5"}) >= 1e-3',
      { expression: 'sum by (job) (a{b=~"x > 5"})', operator: '>=', limit: '1e-3' },
    ],
    ['a / (b > 0) > 0.2 and c >= 5', { expression: 'a / (b > 0)', operator: '>', limit: '0.2' }],
    ['a < -2 unless b', { expression: 'a', operator: '<', limit: '-2' }],
    ['vector(1)', undefined],
    ['a > b', undefined],
    ['absent(a > 0)', undefined],
    ['(a > 0) or b', undefined],
  ])('of %s', (query, threshold) => {
    expect(thresholdOf(query)).toEqual(threshold);
  });

  it('is found in most of the shipped rules, and never wrongly', () => {
    const { groups } = parse(readFileSync('alerts/generated/alert-rules.yaml', 'utf8'));
    const queries: string[] = groups.flatMap((group: { rules: { expr: string }[] }) =>
      group.rules.map(({ expr }) => expr),
    );
    const found = queries.filter((query) => thresholdOf(query) !== undefined);
    expect(found.length / queries.length).toBeGreaterThan(0.6);
    for (const query of found) {
      const { expression = '', operator = '', limit = '' } = thresholdOf(query) ?? {};
      expect(query.trim().startsWith(expression)).toBe(true);
      expect(
        query
          .trim()
          .slice(expression.length)
          .replace(/\s+(bool\s+)?/, ' ')
          .trim(),
      ).toMatch(new RegExp(`^${operator} ?${limit.replace(/[.+]/g, '\\$&')}`));
    }
  });
});

describe('the runbook of an alert', () => {
  it('is the linked one, or else the one with its name', () => {
    const runbook = (url: string) => runbookOf({ name: 'PmcpSlow', annotations: { runbook_url: url } });
    expect(runbook('https://runbooks.example/pmcp/PmcpOther.md#first-look')).toBe('PmcpOther.md');
    expect(runbook('https://wiki.example/PmcpSlow')).toBe('PmcpSlow.md');
    expect(runbook('https://evil.example/..%2fsecret.md')).toBe('PmcpSlow.md');
    expect(runbookOf({ name: 'PmcpSlow', annotations: {} })).toBe('PmcpSlow.md');
  });
});

describe('a time ago', () => {
  it.each([
    [0, '0 s'],
    [59_000, '59 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
    [-5, '0 s'],
  ])('of %i ms is %s', (ms, text) => {
    expect(ago(ms)).toBe(text);
  });
});
