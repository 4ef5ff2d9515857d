import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnosis, examined, expectOnly, pairs } from '../../support/doctor.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';
import { pass } from '../../support/passing.js';

let healthy: NotesServer;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  healthy = await startNotes();
});
afterAll(async () => {
  await healthy.close();
  await Promise.all(endings.map((end) => end()));
});

/** The healthy server, with lines of its metrics page as they would be in trouble. */
async function withPage(...lines: readonly string[]) {
  const names = new Set(lines.map((line) => line.split(/[ {]/)[0]));
  const change = (page: string) =>
    [...page.split('\n').filter((line) => !names.has(line.split(/[ {]/)[0])), ...lines, ''].join('\n');
  const { url, close } = await pass(healthy.admin, {
    change: (said) => (said.startsWith('#') ? change(said) : said),
  });
  endings.push(close);
  return { url: healthy.url, admin: url };
}

/** What the metrics page says in trouble, by the code that it gets. */
const AHEAD = Math.round(Date.now() / 1_000) + 900;
const PAGES: Readonly<Record<string, readonly [what: string, ...lines: string[]]>> = {
  'PMCP-D015': ['a cache shows an old page', 'pmcp_ready 0'],
  'PMCP-D016': ['descriptors run out', 'process_open_fds 1000', 'process_max_fds 1024'],
  'PMCP-D017': [
    'connections are at their limit',
    'pmcp_connections_limit 100',
    'pmcp_active_connections{transport="streamable_http"} 97',
  ],
  'PMCP-D018': ['the event loop is held up', 'nodejs_eventloop_lag_p99_seconds 2.5'],
  'PMCP-D019': [
    'a label has the name of each user',
    ...Array.from({ length: 25_000 }, (_, i) => `shop_orders_total{user="${i}"} 1`),
  ],
  'PMCP-D020': ['its clock is ahead', `process_start_time_seconds ${AHEAD}`],
  'PMCP-D056': [
    'a server prints to its standard output',
    'pmcp_connections_total{transport="stdio",protocol_version="2025-11-25",client="a"} 1',
    'pmcp_errors_total{method="_other",name="",type="parse"} 47',
  ],
  'PMCP-D050': ['a client invents names', 'pmcp_label_overflow_total{label="name"} 1200'],
  'PMCP-D051': [
    'the collector is away',
    'pmcp_telemetry_dropped_total{signal="traces",reason="queue_full"} 40',
  ],
  'PMCP-D052': ['it logs for a debugger', 'pmcp_log_messages_total{level="debug"} 7'],
};

/** Pages that take seconds to look at. */
const SLOW: ReadonlySet<string> = new Set(['PMCP-D018', 'PMCP-D019']);

describe('the doctor before a server', () => {
  it.each(Object.entries(PAGES).map(([code, [what, ...lines]]) => ({ code, what, lines })))(
    'says $code and nothing else where $what',
    async ({ code, lines }) => {
      expect(Object.keys(await diagnosis(await withPage(...lines), code))).toEqual([code]);
    },
  );

  it.each(
    pairs(
      Object.entries(PAGES).filter(([code]) => !SLOW.has(code)),
      8,
    ).map(([[one, [, ...lines]], [other, [, ...more]]]) => ({
      one,
      other,
      page: [...lines, ...more],
    })),
  )('says $one and $other, or the cause alone, where both are there', async ({ one, other, page }) => {
    expectOnly(await examined(await withPage(...page)), [one, other]);
  });

  it('takes no offence at the page of several workers', async () => {
    const started = Math.round(Date.now() / 1_000) - 60;
    const ofWorkers = ['0', '1', '2', '3'].flatMap((worker) => [
      `process_start_time_seconds{worker="${worker}"} ${started}`,
      `nodejs_eventloop_lag_p99_seconds{worker="${worker}"} 0.2`,
    ]);
    const { admin } = await withPage(...ofWorkers);
    expect(await diagnosis({ admin, url: healthy.url })).toEqual({});
  });

  it('looks at the page alone where only that is named, as of a server of stdio', async () => {
    const { admin } = healthy;
    expect(await diagnosis({ admin })).toEqual({});
    const { admin: faulty } = await withPage(...PAGES['PMCP-D056']!.slice(1));
    expect(Object.keys(await diagnosis({ admin: faulty }))).toEqual(['PMCP-D056']);
  });

  it.each([
    ['one line of many', 'pmcp_errors_total{method="_other",name="",type="parse"} 1', 'stdio', 1000],
    [
      'what a client of HTTP sent',
      'pmcp_errors_total{method="_other",name="",type="parse"} 47',
      'streamable_http',
      1,
    ],
  ])('takes no offence at %s', async (_, errors, transport, requests) => {
    const { admin } = await withPage(
      errors,
      `pmcp_connections_total{transport="${transport}",protocol_version="2025-11-25",client="a"} 1`,
      `pmcp_requests_total{method="ping",name="",outcome="ok"} ${requests}`,
    );
    expect(await diagnosis({ admin })).toEqual({});
  });
});
