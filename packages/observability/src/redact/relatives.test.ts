import { describe, expect, it } from 'vitest';
import { HELD_OUT, HELD_OUT_PLAIN } from '../../../../test/support/privacy/held-out.js';
import { RELATIVES, RELATIVES_PLAIN } from '../../../../test/support/privacy/relatives.js';
import { SECOND_HELD_OUT } from '../../../../test/support/privacy/second-held-out.js';
import { SECOND_HELD_OUT_PLAIN } from '../../../../test/support/privacy/second-held-out-plain.js';
import { filled, type Templates } from '../../../../test/support/privacy/templates.js';
import { Random } from '../../../../test/support/random.js';
import { redactText } from './text.js';

const SETS: [string, Templates, readonly string[], { missed: number; changed: number }][] = [
  ['relatives of the corpus', RELATIVES, RELATIVES_PLAIN, { missed: 0.03, changed: 0.017 }],
  ['lines that were held out at first', HELD_OUT, HELD_OUT_PLAIN, { missed: 0.06, changed: 0 }],
  ['lines of other families', SECOND_HELD_OUT, SECOND_HELD_OUT_PLAIN, { missed: 0.09, changed: 0 }],
];

describe.each(SETS)('%s', (_name, secret, plain, atMost) => {
  it('reveal no more secrets than documented', () => {
    const lines = filled(secret, 20, new Random(14));
    const missed = lines.filter(({ text, secrets }) => {
      const shown = redactText(text);
      return secrets.some((part) => shown.includes(part));
    });
    expect(missed.length / lines.length).toBeLessThanOrEqual(atMost.missed);
  });

  it('lose no more harmless text than documented', () => {
    const changed = plain.filter((text) => redactText(text) !== text);
    expect(changed.length / plain.length, changed.join('\n')).toBeLessThanOrEqual(atMost.changed);
  });
});
