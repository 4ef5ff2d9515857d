import { describe, expect, it } from 'vitest';
import { LabelBudget } from './label-budget.js';
import { Names } from './names.js';

function names(limit = 3) {
  let overflows = 0;
  const onOverflow = () => overflows++;
  const budget = new LabelBudget({ limit, onOverflow, onGivenUp: () => {}, onStale: () => {} });
  return { names: new Names(budget, onOverflow), overflows: () => overflows };
}

describe('names as label values', () => {
  it('fold an unconfirmed name into _other, and count it', () => {
    const { names: known, overflows } = names();
    expect(known.label('invented', false, {})).toBe('_other');
    expect(overflows()).toBe(1);
  });

  it('accept a name that is registered, listed, or was answered without error', () => {
    const { names: known } = names();
    known.list([{ name: 'listed' }, { name: 5 }, null, 'x']);
    const server = { _registeredTools: { registered: {} }, _registeredPrompts: undefined };
    expect(known.label('registered', false, server)).toBe('registered');
    expect(known.label('listed', false, server)).toBe('listed');
    expect(known.label('answered', true, server)).toBe('answered');
  });

  it('do not treat inherited members of objects as registered tools', () => {
    const { names: known } = names();
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(known.label(name, false, { _registeredTools: {} })).toBe('_other');
    }
  });

  it('stay within the limit, however many are real', () => {
    const { names: known, overflows } = names(2);
    expect(['a', 'b', 'c', 'a'].map((name) => known.label(name, true, {}))).toEqual([
      'a',
      'b',
      '_other',
      'a',
    ]);
    expect(overflows()).toBe(1);
  });

  it('let a listed tool take the place of a name that was only answered', () => {
    const { names: known } = names(2);
    for (const name of ['invented 1', 'invented 2', 'invented 3']) known.label(name, true, {});
    known.list([{ name: 'permanent' }]);
    expect(known.label('permanent', false, {})).toBe('permanent');
    expect(known.label('invented 1', true, {})).toBe('_other');
  });

  it('keep a listed name when other listed names come', () => {
    const { names: known } = names(2);
    known.label('early', true, {});
    known.label('invented', true, {});
    known.list([{ name: 'early' }, { name: 'late' }]);
    expect(known.label('late', true, {})).toBe('late');
    expect(known.label('early', true, {})).toBe('early');
  });

  it('fold a name that is longer than the specification allows', () => {
    const { names: known } = names();
    expect(known.label('x'.repeat(1_000_000), true, {})).toBe('_other');
  });

  it('use one label value for names that are equal on the wire', () => {
    const { names: known } = names();
    expect(known.label('\ud800', true, {})).toBe('\ufffd');
    expect(known.label('\udbff', true, {})).toBe('\ufffd');
  });
});
