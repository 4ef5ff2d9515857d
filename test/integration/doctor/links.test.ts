import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { serve } from '../../support/notes-server.js';
import { pass, replacing } from '../../support/passing.js';
import { watchNotes } from '../../support/watched-notes.js';

let prometheus: URL;
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  const watched = await watchNotes();
  prometheus = watched.prometheus;
  endings.push(watched.close);
});
afterAll(async () => {
  for (const end of endings) await end();
});

/** Prometheus whose alerts link to other pages. */
async function linking(to: string): Promise<URL> {
  const change = replacing('/api/v1/rules', /https:\/\/github\.com\/pmcp\/observability/g, to);
  const { url, close } = await pass(prometheus, { change });
  endings.push(close);
  return url;
}

/** Pages that are there, but for some. */
async function pages(gone: RegExp): Promise<string> {
  const { url, close } = await serve((request, response) => {
    const path = request.url ?? '';
    expect(request.headers.authorization).toBeUndefined();
    if (path.startsWith('/moved'))
      response.writeHead(302, { location: path.replace('/moved', '/here') }).end();
    else response.writeHead(gone.test(path) ? 404 : path.includes('/docs/') ? 401 : 200).end();
  });
  endings.push(close);
  return `${url.origin}/moved`;
}

const LINKS: Broken = {
  'PMCP-D151': [
    'links lead to an example',
    async () => ({ prometheus: await linking('https://wiki.example.com') }),
  ],
  'PMCP-D152': [
    'a runbook is gone',
    async () => ({ prometheus: await linking(await pages(/PmcpToolSlow/)), checkLinks: true }),
  ],
};

describe('the doctor before links of alerts', () => {
  it('finds nothing wrong where they lead on, be it behind a redirect or a login', async () => {
    const linked = await linking(await pages(/^$/));
    expect(await diagnosis({ prometheus: linked, checkLinks: true })).toEqual({});
  });

  it.each(rows(LINKS))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: [expect.any(String)] });
  });

  it.each([
    ['nobody listens there', async () => `http://127.0.0.1:${await freePort()}`, 'ECONNREFUSED'],
    [
      'the address is one where clouds keep secrets',
      async () => 'http://169.254.169.254/latest',
      'are not asked',
    ],
  ])('says that it can follow none where %s', async (_, to, reason) => {
    expect(await diagnosis({ prometheus: await linking(await to()), checkLinks: true })).toEqual({
      'PMCP-D152': [
        expect.stringMatching(new RegExp(`can't be told: no link can be followed from here.*${reason}`)),
      ],
    });
  });
});
