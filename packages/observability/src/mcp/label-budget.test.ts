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
  it('gives no label to what is not in use any more when another value comes', () => {
    const { labels, seen, clock } = budget(2);
    labels.accept('yesterday');
    clock.ms = 12 * HOUR;
    labels.accept('busy');
    expect(labels.accept('new')).toBe('new');
    expect(seen).toEqual({ overflows: 0, givenUp: ['yesterday'], stale: ['yesterday'] });
  });

  it('keeps what is idle as long as there is room', () => {
    const { labels, clock } = budget(2);
    labels.accept('yesterday');
    clock.ms = 24 * HOUR;
    labels.accept('new');
    expect(labels.accept('yesterday')).toBe('yesterday');
  });

  it('keeps what others use without asking', () => {
    const { labels, clock } = budget(1, { lastUse: () => 12 * HOUR });
    labels.accept('called often');
    clock.ms = 12 * HOUR + 1;
    expect(labels.accept('new')).toBe('_other');
  });

  it('lets no flood of new values displace one that is in use', () => {
    const { labels, seen } = budget(3);
    labels.accept('real');
    for (let i = 0; i < 10_000; i++) labels.accept(`made up ${i}`);
    expect(labels.accept('real')).toBe('real');
    expect(seen.givenUp).toEqual([]);
    expect(seen.overflows).toBe(9_998);
  });

  it('gives what is vouched for the place of what is not, the one that was used longest ago first', () => {
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

  it('lets the series of a displaced value end only when every scraper has its last samples', () => {
    const { labels, seen, clock } = budget(1);
    labels.accept('displaced');
    labels.accept('registered', true);
    expect(seen.stale).toEqual([]);
    clock.ms = HOUR;
    labels.accept('registered', true);
    labels.accept('another');
    expect(seen.stale).toEqual(['displaced']);
  });

  it('never displaces what is vouched for', () => {
    const { labels } = budget(1);
    labels.accept('registered', true);
    expect(labels.accept('also registered', true)).toBe('_other');
    expect(labels.accept('registered')).toBe('registered');
  });

  it('asks for several sightings once half is spent, where values are on probation', () => {
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

  it('still learns a real value while a flood goes on', () => {
    const { labels } = budget(4, { onProbation: true });
    const real: string[] = [];
    for (let i = 0; i < 1_000; i++) {
      for (let j = 0; j < 100; j++) labels.accept(`made up ${i} ${j}`);
      real.push(labels.accept('real'));
    }
    expect(real.at(-1)).toBe('real');
  });

  it('shows no more than twice its limit, whatever comes', () => {
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

  it('takes nothing that can be no label', () => {
    const { labels, seen } = budget(2);
    expect(labels.accept('x'.repeat(1_000), true)).toBe('_other');
    expect(labels.accept('')).toBe('_other');
    expect(seen.overflows).toBe(2);
  });
});
