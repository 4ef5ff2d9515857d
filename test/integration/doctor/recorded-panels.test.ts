import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examined } from '../../support/doctor.js';
import { answering, type Change, pass } from '../../support/passing.js';
import { watchNotes } from '../../support/watched-notes.js';

let watched: Awaited<ReturnType<typeof watchNotes>>;
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  watched = await watchNotes();
  endings.push(watched.close);
});
afterAll(async () => {
  for (const end of endings) await end();
});

const YIELDED = { something: [[{}, 1]], nothing: [] } as const;
type Yielded = keyof typeof YIELDED;

/** How the expressions of rules begin whose series the Overview reads. */
const RECORDING = ['sum by (cluster,', 'histogram_quantile', '1 - sum_over_time', 'topk'];

/** Rules record while the tests run, and a busy machine runs them for minutes. */
const unrecordedYet: Change = (said, path) =>
  /\b\w+:pmcp_/.test(path) ? answering('', [])(said, path) : said;

/** What the doctor says of the panels of a server that had requests, of which no rule has recorded anything. */
async function unrecorded(now: Yielded, before: Yielded) {
  const changes = [
    answering('sum(increase(pmcp_requests_total', [[{}, 7]]),
    unrecordedYet,
    answering('last_over_time((', YIELDED[before]),
    ...RECORDING.map((query) => answering(query, YIELDED[now])),
  ];
  const { url, close } = await pass(watched.prometheus, {
    change: (said, path) =>
      changes.reduce(
        (text, change) => change(text, path),
        // All have run.
        said.replaceAll('"lastEvaluation":"0001', '"lastEvaluation":"2001'),
      ),
  });
  endings.push(close);
  const { notes } = watched;
  const results = await examined({ url: notes.url, admin: notes.admin, prometheus: url });
  return results.find(({ check }) => check.code === 'PMCP-D150')?.outcome;
}

describe('the doctor, of panels that read what rules record', () => {
  it.each<readonly [where: string, now: Yielded, before: Yielded]>([
    ['its rules had what they read', 'something', 'something'],
    ['there is nothing that they can record', 'nothing', 'nothing'],
  ])('finds them empty where %s', async (_, now, before) => {
    expect(await unrecorded(now, before)).toMatchObject({
      kind: 'found',
      findings: [{ found: expect.stringMatching(/it reads \w+:pmcp_/) }],
    });
  });

  it('says when to ask again where its rules last ran before there was what they read', async () => {
    expect(await unrecorded('something', 'nothing')).toEqual({
      kind: 'not applicable',
      because: expect.stringMatching(
        /^the rules of \w+:pmcp_.*, which the panel .* last ran before .*: ask again in \d min$/,
      ),
      lead: 'too early for',
    });
  });
});
