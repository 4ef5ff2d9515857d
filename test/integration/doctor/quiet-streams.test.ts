import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createObservability } from '@pmcp/observability';
import { afterAll, describe, expect, it } from 'vitest';
import { handleNotes } from '../../../examples/notes/http.js';
import { examined } from '../../support/doctor.js';
import { serve } from '../../support/notes-server.js';
import { sessionServer } from '../../support/session-server.js';

/** Seconds for which the doctor holds a stream here. */
const HELD = 2;

const observability = createObservability({ metrics: { port: false }, log: { level: 'silent' } });
const endings: (() => Promise<void>)[] = [() => observability.shutdown()];
afterAll(async () => {
  await Promise.all(endings.map((end) => end()));
});

/** What happens to a stream that a client opened. */
type Fate = (response: ServerResponse) => void;

/** Servers of both kinds: one with a stream for each session, and one with `subscriptions/listen`. */
const SERVERS: Readonly<Record<string, () => RequestListener>> = {
  'with sessions': () => sessionServer(),
  'without sessions': () => handleNotes(observability),
};

function isStream({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';
}

/** What the doctor says of a server to whose streams this happens. */
async function outcome(handle: RequestListener, fate: Fate) {
  const { url, close } = await serve((request, response) => {
    handle(request, response);
    if (isStream(request)) fate(response);
  });
  endings.push(close);
  const asked = { url: new URL('/mcp', url), holdStream: HELD };
  const [result] = await examined(asked, ({ code }) => code === 'PMCP-D029');
  return result?.outcome;
}

const after = (ms: number, end: Fate): Fate => {
  return (response) => void setTimeout(end, ms, response);
};

const FAULTS: Readonly<Record<string, readonly (readonly [what: string, fate: Fate, told: RegExp])[]>> = {
  'PMCP-D029': [
    [
      'is cut off where it is quiet',
      after(1_000, (response) => response.destroy()),
      /was cut off after [1-9]\.\d s, \d\.\d s after its last byte/,
    ],
    ['is cut off at once, each time', (response) => void response.destroy(), /was cut off after 0\.\d s/],
    [
      'is cut off, whatever comes on it',
      (response) => {
        const timer = setInterval(() => response.write(': ping\n\n'), 150);
        setTimeout(() => response.destroy(), 1_000);
        response.on('close', () => clearInterval(timer));
      },
      /was cut off after [1-9]\.\d s, 0\.\d s after its last byte/,
    ],
  ],
};

const HEALTHY: readonly (readonly [what: string, fate: Fate])[] = [
  ['stays open', () => {}],
  ['is ended by the server', after(500, (response) => response.end())],
];

describe('the doctor on a stream without news', () => {
  const all = Object.keys(SERVERS).flatMap((kind) =>
    Object.values(FAULTS)
      .flat()
      .map(([what, fate, told]) => ({ kind, what, fate, told })),
  );
  it.each(all)('finds that it $what, of a server $kind', async ({ kind, fate, told }) => {
    const found = expect.stringMatching(told);
    expect(await outcome(SERVERS[kind]!(), fate)).toEqual({ kind: 'found', findings: [{ found }] });
  });

  const healthy = Object.keys(SERVERS).flatMap((kind) =>
    HEALTHY.map(([what, fate]) => ({ kind, what, fate })),
  );
  it.each(healthy)('finds nothing wrong with one that $what, of a server $kind', async ({ kind, fate }) => {
    expect(await outcome(SERVERS[kind]!(), fate)).toEqual({ kind: 'passed' });
  });

  it.each(Object.keys(SERVERS))(
    'finds nothing wrong where an idle connection is closed just as the stream begins, of a server %s',
    async (kind) => {
      const handle = SERVERS[kind]!();
      let begun = 0;
      const closing: RequestListener = (request, response) => {
        if (isStream(request) && begun++ === 0) request.socket.destroy();
        else handle(request, response);
      };
      expect(await outcome(closing, () => {})).toEqual({ kind: 'passed' });
      expect(begun).toBe(2);
    },
  );

  it('finds that a gateway no longer waits for the stream to begin', async () => {
    const handle = sessionServer();
    const late: RequestListener = (request, response) => {
      if (request.method !== 'GET') handle(request, response);
      else setTimeout(() => response.writeHead(504).end(), 1_000);
    };
    const found = expect.stringMatching(/was answered with 504 after [1-9]\.\d s/);
    expect(await outcome(late, () => {})).toEqual({ kind: 'found', findings: [{ found }] });
  });

  it('has nothing to look at where the server offers no stream', async () => {
    const handle = sessionServer();
    const refusing: RequestListener = (request, response) => {
      if (request.method !== 'GET') handle(request, response);
      else response.writeHead(405).end();
    };
    expect(await outcome(refusing, () => {})).toMatchObject({ kind: 'not applicable' });
  });
});
