import bcrypt from 'bcryptjs';
import { expect, it } from 'vitest';
import { matchesBcrypt } from './bcrypt.js';

const HASH = bcrypt.hashSync('right horse', 8);

async function msOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

it('compares no password for a while after a wrong one, so that guesses use only part of a core', async () => {
  const first = await msOf(matchesBcrypt('wrong', HASH));
  const second = await msOf(matchesBcrypt('right horse', HASH));
  expect(second).toBeGreaterThan(2 * first);
});

it('lets at most eight wait, and rejects the others at once', async () => {
  await matchesBcrypt('wrong', HASH);
  const all = Array.from({ length: 20 }, () => matchesBcrypt('right horse', HASH));
  const results = await Promise.all(all);
  expect(results.filter((result) => result === undefined).length).toBeGreaterThanOrEqual(12);
  expect(results.filter((result) => result === true).length).toBeGreaterThan(0);
});
