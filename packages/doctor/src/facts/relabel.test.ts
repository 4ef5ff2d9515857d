import { describe, expect, it } from 'vitest';
import type { Labels } from './alert-matchers.js';
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

const CRITICAL: Labels = { alertname: 'Down', severity: 'critical' };

describe('relabelling of alerts', () => {
  it.each<[string, RelabelRule, Labels | undefined]>([
    ['adds', { target_label: 'team', replacement: 'mcp' }, { ...CRITICAL, team: 'mcp' }],
    [
      'copies a part',
      { source_labels: ['severity'], regex: '(.).*', target_label: 'first', replacement: `\${1}x` },
      { ...CRITICAL, first: 'cx' },
    ],
    ['removes by an empty value', { target_label: 'severity', replacement: '' }, { alertname: 'Down' }],
    ['removes by name', { regex: 'sever.*', action: 'labeldrop' }, { alertname: 'Down' }],
    ['keeps by name', { regex: 'severity', action: 'labelkeep' }, { severity: 'critical' }],
    ['drops', { source_labels: ['severity'], regex: 'critical', action: 'drop' }, undefined],
    ['keeps', { source_labels: ['severity'], regex: 'critical', action: 'keep' }, CRITICAL],
    ['leaves what does not fit', { source_labels: ['severity'], regex: 'x', target_label: 'y' }, CRITICAL],
  ])('%s', (_, step, expected) => {
    expect(relabeled(step, CRITICAL)).toEqual(expected);
  });

  it.each<RelabelRule>([{ action: 'hashmod' }, { action: 'drop', regex: '(?U)x' }])(
    'is not guessed: %j',
    (step) => expect(() => relabeled(step, CRITICAL)).toThrow(UnknownRule),
  );
});
