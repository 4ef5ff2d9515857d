import type { RequestListener } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { examined } from '../../support/doctor.js';
import { serve } from '../../support/notes-server.js';
import { sessionServer } from '../../support/session-server.js';

type Headers = Readonly<Record<string, string>>;

const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(endings.map((end) => end()));
});

/** A server whose answers all have these headers, with a session for each client or for none. */
function answeringWith(headers: Headers, hasSessions: boolean): RequestListener {
  const handle = sessionServer(hasSessions);
  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    handle(request, response);
  };
}

/** What is found of the sessions of pages. */
async function found(headers: Headers, hasSessions = true): Promise<readonly string[]> {
  const { url, close } = await serve(answeringWith(headers, hasSessions));
  endings.push(close);
  const [result] = await examined({ url: new URL('/mcp', url) }, ({ code }) => code === 'PMCP-D028');
  expect(['found', 'passed']).toContain(result?.outcome.kind);
  return result?.outcome.kind === 'found' ? result.outcome.findings.map((one) => one.found) : [];
}

const PAGE = { 'access-control-allow-origin': 'https://chat.example.com' };
const EXPOSED = 'access-control-expose-headers';

/** Headers that hide the session from pages. */
const HIDING: Readonly<Record<string, readonly Headers[]>> = {
  'PMCP-D028': [
    PAGE,
    { ...PAGE, [EXPOSED]: 'WWW-Authenticate, X-Request-Id' },
    { 'access-control-allow-origin': '*' },
  ],
};

describe('the doctor before a server for web pages', () => {
  it.each(Object.values(HIDING).flat())(
    'says that pages cannot read their session by %j',
    async (headers) => {
      const pages = headers['access-control-allow-origin'];
      expect(await found(headers)).toEqual([
        expect.stringContaining(`lets pages of ${pages} call it, and hides Mcp-Session-Id from them`),
      ]);
    },
  );

  it.each<Headers>([
    { ...PAGE, [EXPOSED]: 'Mcp-Session-Id' },
    { ...PAGE, [EXPOSED]: 'X-Request-Id,mcp-session-id' },
    { ...PAGE, [EXPOSED]: '*' },
    // Clients that are no pages can read every header.
    {},
  ])('finds nothing wrong with %j', async (headers) => {
    expect(await found(headers)).toEqual([]);
  });

  it('finds nothing wrong with a server that has no sessions', async () => {
    expect(await found(PAGE, false)).toEqual([]);
  });
});
