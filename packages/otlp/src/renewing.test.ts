import type { ExportResult } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { renewing } from './renewing.js';

const OK: ExportResult = { code: 0 };
const failed = (code: number): ExportResult => ({
  code: 1,
  error: Object.assign(new Error('no'), { code }),
});
const LATE = failed(4);
const REFUSED = failed(7);

/** Counts the connections that were made and ended, and ends a batch on the last of them. */
function connections() {
  const seen = { made: 0, ended: 0, result: OK };
  const way = renewing(() => {
    seen.made++;
    return {
      export: (_: string, done: (result: ExportResult) => void) => done(seen.result),
      shutdown: async () => void seen.ended++,
    };
  });
  const send = (...results: ExportResult[]) => {
    for (const result of results) {
      seen.result = result;
      way.export('batch', () => {});
    }
  };
  return { seen, send, way };
}

it('a connection is replaced when three consecutive batches got no answer in time', () => {
  const { seen, send } = connections();
  send(LATE, LATE);
  expect(seen.made).toBe(1);
  send(LATE);
  expect(seen).toMatchObject({ made: 2, ended: 1 });
  send(LATE, LATE, LATE);
  expect(seen).toMatchObject({ made: 3, ended: 2 });
});

it.each([
  ['one of them was taken', OK],
  ['one of them was refused, for who refuses is there', REFUSED],
])('a connection stays if %s', (_, result) => {
  const { seen, send } = connections();
  send(LATE, LATE, result, LATE, LATE, result);
  expect(seen).toMatchObject({ made: 1, ended: 0 });
});

it('at shutdown all of them have ended, also one that fails to', async () => {
  const { seen, send, way } = connections();
  send(LATE, LATE, LATE);
  await way.shutdown();
  expect(seen).toMatchObject({ made: 2, ended: 2 });
  const stuck = renewing(() => ({ export: () => {}, shutdown: () => Promise.reject(new Error('stuck')) }));
  await expect(stuck.shutdown()).resolves.toBeUndefined();
});

it('a late result of a replaced connection does not affect the next one', () => {
  const waiting: ((result: ExportResult) => void)[] = [];
  let made = 0;
  const way = renewing<string>(() => {
    made++;
    return { export: (_, done) => void waiting.push(done), shutdown: async () => {} };
  });
  for (let i = 0; i < 8; i++) way.export('batch', () => {});
  for (const done of waiting) done(LATE);
  expect(made).toBe(2);
});
