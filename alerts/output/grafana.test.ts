import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../groups.js';
import { isAlert } from '../rule.js';
import { grafanaGroups } from './grafana.js';

interface Built {
  readonly title: string;
  readonly folderUid: string;
  readonly interval: number;
  readonly rules: readonly {
    readonly uid: string;
    readonly title: string;
    readonly condition: string;
    readonly data: readonly {
      readonly refId: string;
      readonly datasourceUid: string;
      readonly model: Record<string, unknown>;
    }[];
    readonly annotations: Record<string, string>;
  }[];
}

const groups = ruleGroups();
const built = JSON.parse(grafanaGroups(groups)) as Built[];
const rules = built.flatMap(({ rules }) => rules);

describe('the groups for Grafana', () => {
  it('contain every alert and no recording rule', () => {
    const alerts = groups.flatMap(({ rules }) => rules.filter(isAlert));
    expect(rules.map(({ data }) => data[0]?.model.expr)).toEqual(alerts.map(({ expr }) => expr));
  });

  it('have unique titles and uids, short enough for Grafana', () => {
    expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { uid } of rules) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('fire on any number that the query returns, also 0', () => {
    for (const { data, condition } of rules) {
      expect(data.map(({ refId, datasourceUid }) => [refId, datasourceUid])).toEqual([
        ['A', 'prometheus'],
        ['B', '__expr__'],
      ]);
      expect(condition).toBe('B');
      expect(data[1]?.model).toMatchObject({ type: 'math', expression: 'is_number($A)' });
      expect(data[0]?.model).toMatchObject({ instant: true, range: false });
    }
  });

  it('show the value of the query where Prometheus shows the value of the alert', () => {
    const texts = rules.flatMap(({ annotations }) => Object.values(annotations));
    expect(texts.filter((text) => /\$value\b/.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes('$values.A.Value'))).toBe(true);
  });

  it('are evaluated at multiples of ten seconds', () => {
    for (const { interval } of built) expect(interval % 10).toBe(0);
  });
});
