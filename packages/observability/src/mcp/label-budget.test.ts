import { describe, expect, it } from 'vitest';
import { type BudgetOptions, LabelBudget } from './label-budget.js';

const HOUR = 3_600_000;

function budget(limit: number, options: Partial<BudgetOptions> = {}) {
  const seen = { overflows: 0, givenUp: [] as string[], stale: [] as string[] };
  const clock = { ms: 0 };
  const labels = new LabelBudget({
    limit,
    onOverflow: () => seen.overflows++,
    onGivenUp: (label) => seen.givenUp.push(label),
    onStale: (label) => seen.stale.push(label),
    now: () => clock.ms,
    ...options,
  });
  return { labels, seen, clock };
}

describe('a budget of label values', () => {
  it('gives a new value the place of one that is no longer used', () => {
    const { labels, seen, clock } = budget(2);
    labels.accept('yesterday');
    clock.ms = 12 * HOUR;
    labels.accept('busy');
    expect(labels.accept('new')).toBe('new');
    expect(seen).toEqual({ overflows: 0, givenUp: ['yesterday'], stale: ['yesterday'] });
  });

  it('keeps idle values as long as there is room', () => {
    const { labels, clock } = budget(2);
    labels.accept('yesterday');
    clock.ms = 24 * HOUR;
    labels.accept('new');
    expect(labels.accept('yesterday')).toBe('yesterday');
  });

  it('keeps values that others use without asking', () => {
    const { labels, clock } = budget(1, { lastUse: () => 12 * HOUR });
    labels.accept('called often');
    clock.ms = 12 * HOUR + 1;
    expect(labels.accept('new')).toBe('_other');
  });

  it('does not let a flood of new values displace one in use', () => {
    const { labels, seen } = budget(3);
    labels.accept('real');
    for (let i = 0; i < 10_000; i++) labels.accept(`made up ${i}`);
    expect(labels.accept('real')).toBe('real');
    expect(seen.givenUp).toEqual([]);
    expect(seen.overflows).toBe(9_998);
  });

  it('gives a confirmed value the place of an unconfirmed one, the least recently used first', () => {
    const { labels, seen, clock } = budget(2);
    for (const name of ['a', 'b']) {
      clock.ms++;
      labels.accept(name);
    }
    labels.accept('a');
    clock.ms++;
    labels.accept('a');
    expect(labels.accept('registered', true)).toBe('registered');
    expect(seen.givenUp).toEqual(['b']);
    expect(labels.accept('b')).toBe('_other');
  });

  it('removes the series of a displaced value only after every scraper has its last samples', () => {
    const { labels, seen, clock } = budget(1);
    labels.accept('displaced');
    labels.accept('registered', true);
    expect(seen.stale).toEqual([]);
    clock.ms = HOUR;
    labels.accept('registered', true);
    labels.accept('another');
    expect(seen.stale).toEqual(['displaced']);
  });

  it('never displaces a confirmed value', () => {
    const { labels } = budget(1);
    labels.accept('registered', true);
    expect(labels.accept('also registered', true)).toBe('_other');
    expect(labels.accept('registered')).toBe('registered');
  });

  it('requires several sightings once half is used, for values on probation', () => {
    const { labels } = budget(4, { onProbation: true });
    expect(labels.accept('first')).toBe('first');
    expect(labels.accept('second')).toBe('second');
    for (let i = 0; i < 10_000; i++) expect(labels.accept(`made up ${i}`)).toBe('_other');
    expect(['real', 'real', 'real', 'real'].map((name) => labels.accept(name))).toEqual([
      '_other',
      '_other',
      'real',
      'real',
    ]);
  });

  it('still accepts a real value during a flood', () => {
    const { labels } = budget(4, { onProbation: true });
    const real: string[] = [];
    for (let i = 0; i < 1_000; i++) {
      for (let j = 0; j < 100; j++) labels.accept(`made up ${i} ${j}`);
      real.push(labels.accept('real'));
    }
    expect(real.at(-1)).toBe('real');
  });

  it('shows at most twice its limit', () => {
    const { labels, seen, clock } = budget(10);
    let random = 1;
    const shown = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      random = (random * 48271) % 2147483647;
      clock.ms += random % 3_000;
      const label = labels.accept(`name ${random % 500}`, random % 7 === 0);
      if (label !== '_other') shown.add(label);
      for (const stale of seen.stale.splice(0)) shown.delete(stale);
      expect(shown.size).toBeLessThanOrEqual(20);
    }
  });

  it('accepts no value that can be no label', () => {
    const { labels, seen } = budget(2);
    expect(labels.accept('x'.repeat(1_000), true)).toBe('_other');
    expect(labels.accept('')).toBe('_other');
    expect(seen.overflows).toBe(2);
  });
});
