import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';

let collector: Collector;
let traced: NotesServer;
/** In a process of its own: the provider of spans is one for a process. */
let untraced: HttpServer;
/** What arrived at the collector, by the paths of Jaeger's query API. */
let store: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  collector = await Collector.start();
  [traced, untraced, store] = await Promise.all([
    startNotes({ traces: { endpoint: collector.url } }),
    startHttpServer({}, { GUARDED: 'yes' }),
    serve((request, response) => {
      const [, traceID] = /^\/api\/traces\/(\w+)$/.exec(request.url ?? '') ?? [];
      const spans = collector.spans.filter(({ traceId }) => traceId === traceID);
      const data = [
        { traceID, spans: spans.map(({ spanId, name }) => ({ spanID: spanId, operationName: name })) },
      ];
      if (spans.length === 0) response.writeHead(404).end('{"data":null,"errors":[{"code":404}]}');
      else response.end(JSON.stringify({ data }));
    }),
  ]);
});
afterAll(async () => {
  untraced?.child.kill();
  await Promise.all([traced, store].map((server) => server?.close()));
  collector?.stop();
});

const BROKEN: Broken = {
  'PMCP-D053': [
    'a server sends its traces nowhere',
    // So much time that a scrape is waited for, and no more: no span comes.
    async () => ({ url: untraced.mcpUrl, admin: new URL(untraced.admin), traces: store.url, timeout: 10 }),
  ],
};

describe('the doctor between a server and its traces', () => {
  it('finds the span of its own call', async () => {
    expect(await diagnosis({ url: traced.url, admin: traced.admin, traces: store.url })).toEqual({});
    expect(collector.spans.some(({ name }) => name === 'tools/list')).toBe(true);
  });

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(Object.keys(await diagnosis(await arrange()))).toEqual([code]);
  });
});
