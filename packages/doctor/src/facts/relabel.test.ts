import { describe, expect, it } from 'vitest';
import { type RelabelRule, relabeled, UnknownRule } from './relabel.js';

const ALERT = { alertname: 'PmcpToolSlow', severity: 'critical', team: 'Notes' };
const { severity: _, ...WITHOUT } = ALERT;

const RULES: readonly (readonly [RelabelRule, object | undefined])[] = [
  [{ action: 'labeldrop', regex: 'severity|replica' }, WITHOUT],
  [{ action: 'labeldrop', regex: 'sever' }, ALERT],
  [{ action: 'labelkeep', regex: 'alertname|team' }, WITHOUT],
  [{ action: 'drop', source_labels: ['severity'], regex: 'critical|warning' }, undefined],
  [{ action: 'drop', source_labels: ['severity'], regex: 'crit' }, ALERT],
  [{ action: 'drop', source_labels: ['severity'], regex: '(?i)CRITICAL' }, undefined],
  [{ action: 'keep', source_labels: ['severity', 'team'], regex: 'critical;Notes' }, ALERT],
  [{ action: 'keep', source_labels: ['severity'], regex: 'page' }, undefined],
  [{ action: 'dropequal', source_labels: ['team'], target_label: 'severity' }, ALERT],
  [{ action: 'keepequal', source_labels: ['team'], target_label: 'severity' }, undefined],
  [
    { action: 'lowercase', source_labels: ['team'], target_label: 'team' },
    { ...ALERT, team: 'notes' },
  ],
  [
    { action: 'uppercase', source_labels: ['team'], target_label: 'team' },
    { ...ALERT, team: 'NOTES' },
  ],
  [{ target_label: 'severity', replacement: '' }, WITHOUT],
  [
    { source_labels: ['severity'], target_label: 'team' },
    { ...ALERT, team: 'critical' },
  ],
  [{ source_labels: ['severity'], regex: 'none', target_label: 'team' }, ALERT],
  [
    { source_labels: ['team'], regex: '(?P<first>.)(.*)', target_label: 'x', replacement: `\${first}-$2$$` },
    { ...ALERT, x: 'N-otes$' },
  ],
];

describe('relabeled', () => {
  it.each(RULES)('applies %j as Prometheus does', (rule, labels) => {
    expect(relabeled(rule, ALERT)).toEqual(labels);
  });

  it.each<RelabelRule>([{ action: 'hashmod' }, { action: 'keep', regex: '(' }])(
    'says that it does not know %j',
    (rule) => {
      expect(() => relabeled(rule, ALERT)).toThrow(UnknownRule);
    },
  );
});
