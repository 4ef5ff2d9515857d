import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { KeyedHash } from './keyed-hash.js';

it("is equal to Node's own HMAC-SHA-256, for keys and texts of any length", () => {
  const random = new Random(2104);
  for (let run = 0; run < 500; run++) {
    const key = random.bytes(random.pick([16, 63, 64, 65, 200]));
    const hash = new KeyedHash(key);
    for (let use = 0; use < 3; use++) {
      const text = random.text('aé€\u{1f600}"\\', random.pick([0, 1, 63, 64, 1_365, 1_366, 5_000]));
      expect(hash.of(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
  }
});
