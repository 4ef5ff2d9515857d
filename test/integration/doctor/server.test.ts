import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';

let healthy: NotesServer;
let other: NotesServer;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [healthy, other] = await Promise.all([startNotes(), startNotes()]);
});
afterAll(async () => {
  await Promise.all([healthy, other].map((server) => server.close()));
  await Promise.all(endings.map((end) => end()));
});

/** What each broken set-up is asked for, by the code that it gets. */
const BROKEN: Broken = {
  'PMCP-D001': [
    'nobody listens',
    async () => ({ url: new URL(`http://127.0.0.1:${await freePort()}/mcp`), admin: healthy.admin }),
  ],
  'PMCP-D002': [
    'what listens is no MCP server',
    async () => ({ url: await page('<h1>Welcome</h1>', 'text/html'), admin: healthy.admin }),
  ],
  'PMCP-D010': [
    'nobody listens at the admin port',
    async () => ({ url: healthy.url, admin: new URL(`http://127.0.0.1:${await freePort()}`) }),
  ],
  'PMCP-D011': [
    'the page is that of another program',
    async () => ({
      url: healthy.url,
      admin: await page('go_goroutines 7\ngo_threads 8\n', Registry.PROMETHEUS_CONTENT_TYPE),
    }),
  ],
  'PMCP-D012': ['the page is that of another server', async () => ({ url: healthy.url, admin: other.admin })],
};

async function page(text: string, type: string): Promise<URL> {
  const { url, close } = await serve(
    (_, response) => void response.setHeader('content-type', type).end(text),
  );
  endings.push(close);
  return url;
}

describe('the doctor before a server', () => {
  it('finds nothing wrong with one that is well', async () => {
    const { url, admin } = healthy;
    expect(await diagnosis({ url, admin })).toEqual({});
  });

  it('follows the call of a tool that it is told', async () => {
    const { url, admin } = healthy;
    const call = { tool: 'list_notes', arguments: '{"count":3}' };
    expect(await diagnosis({ url, admin, ...call })).toEqual({});
    const counted = await (await fetch(new URL('/metrics', admin))).text();
    expect(counted).toMatch(/pmcp_requests_total\{method="tools\/call",name="list_notes",outcome="ok"\} 2/);
  });

  it('calls no tool that may change something', async () => {
    const { url, admin } = other;
    await diagnosis({ url, admin });
    const counted = await (await fetch(new URL('/metrics', admin))).text();
    expect(counted).toContain('method="tools/list"');
    expect(counted).not.toContain('method="tools/call"');
  });

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(Object.keys(await diagnosis(await arrange()))).toEqual([code]);
  });
});
