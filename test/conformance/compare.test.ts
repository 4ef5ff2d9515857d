import { expect, test } from 'vitest';
import { differingExchanges, differingVerdicts, having, total } from './compare.js';

const bare = new Map([
  ['tools-list: tools', ['SUCCESS']],
  ['caching: hints', ['SUCCESS', 'FAILURE']],
]);

test('two runs with the same verdicts do not differ, whatever their order', () => {
  expect(differingVerdicts(bare, new Map([...bare].reverse()))).toEqual([]);
});

test.each([
  ['another verdict', ['FAILURE'], 'tools-list: tools: bare SUCCESS, observed FAILURE'],
  ['one verdict more', ['SUCCESS', 'INFO'], 'tools-list: tools: bare SUCCESS, observed SUCCESS, INFO'],
  ['no verdict', [], 'tools-list: tools: bare SUCCESS, observed absent'],
])('a check with %s differs', (_, verdicts, told) => {
  expect(differingVerdicts(bare, new Map([...bare, ['tools-list: tools', verdicts]]))).toEqual([told]);
});

test('a check that only one run has differs, whichever run it is', () => {
  const more = new Map([...bare, ['ping: answers', ['SUCCESS']]]);
  expect(differingVerdicts(bare, more)).toEqual(['ping: answers: bare absent, observed SUCCESS']);
  expect(differingVerdicts(more, bare)).toEqual(['ping: answers: bare SUCCESS, observed absent']);
});

test('an exchange that is missing, counted twice or counted with another status is reported', () => {
  const counted = new Map([
    ['POST 200', 10],
    ['POST 400', 2],
  ]);
  expect(differingExchanges(counted, new Map(counted))).toEqual([]);
  expect(differingExchanges(counted, new Map([...counted, ['POST 200', 11]]))).toEqual([
    'POST 200: happened 10 times, reported 11 times',
  ]);
  expect(differingExchanges(counted, new Map([['POST 200', 12]]))).toEqual([
    'POST 200: happened 10 times, reported 12 times',
    'POST 400: happened 2 times, reported 0 times',
  ]);
});

test('sums include all kinds of exchanges, and every verdict of a check', () => {
  expect(
    total(
      new Map([
        ['GET 405', 1],
        ['POST 200', 2],
      ]),
    ),
  ).toBe(3);
  expect(having(bare, 'SUCCESS')).toBe(2);
});
