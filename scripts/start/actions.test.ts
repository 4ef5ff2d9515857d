import { describe, expect, it } from 'vitest';
import { ACTIONS, randomAction } from './actions.js';

describe('randomAction', () => {
  it('chooses by weight', () => {
    const draws = 100_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const { name } = randomAction(i / draws);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const total = ACTIONS.reduce((sum, { weight }) => sum + weight, 0);
    for (const { name, weight } of ACTIONS) {
      expect((counts.get(name) ?? 0) / draws, name).toBeCloseTo(weight / total, 4);
    }
  });

  it('always chooses one, whatever the rounding', () => {
    expect(ACTIONS).toContain(randomAction(0));
    expect(ACTIONS).toContain(randomAction(1));
  });

  it('has unique names for all actions', () => {
    expect(new Set(ACTIONS.map(({ name }) => name)).size).toBe(ACTIONS.length);
  });
});
