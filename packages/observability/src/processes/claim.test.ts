import { expect, test } from 'vitest';
import { claim, followClaim, type Place } from './claim.js';

test('the first process with a port wins over those without, and the others learn it now or later', () => {
  const [early, late]: [Place[], Place[]] = [[], []];
  followClaim((place) => early.push(place));
  claim({ host: undefined, port: 0 });
  expect(early).toEqual([]);
  claim({ host: undefined, port: undefined });
  claim({ host: '127.0.0.1', port: 9100 });
  claim({ host: '127.0.0.1', port: 9200 });
  followClaim((place) => late.push(place));
  expect(early.map(({ port }) => port)).toEqual([undefined, 9100]);
  expect(late).toEqual([{ host: '127.0.0.1', port: 9100 }]);
});
