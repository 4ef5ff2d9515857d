import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { behind, call, counted, ended, inFlight, json, post, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';

const active = 'pmcp_active_connections{transport="streamable_http"}';
const session = (id: string) => ({ 'mcp-session-id': id });
const done = async (answer: Promise<Response>) => void (await (await answer).text());

const refuse = (response: ServerResponse, status: number, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end('{}');

/** A server that answers after it has read the request. */
const reading =
  (answer: (outgoing: ServerResponse, incoming: IncomingMessage) => void) =>
  (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void incoming.resume().once('end', () => answer(outgoing, incoming));

describe('a session that the proxy does not know', () => {
  it.each([400, 401, 403, 404, 500])('does not begin when the server answers with %i', async (status) => {
    const { url } = await behind(reading((outgoing) => void refuse(outgoing, status)));
    for (let i = 0; i < 20; i++) await done(post(url, call(1), session(`invented-${i}`)));
    await counted(ended(status < 500 ? 'client_error' : 'server_error'), 20);
    await counted(active, 0);
  });

  it('begins when the server answers it', async () => {
    const { url } = await behind(reading((outgoing) => void json(outgoing, result(1))));
    for (const id of ['a', 'b', 'a']) await done(post(url, call(1), session(id)));
    await counted(ended('ok', 'slow'), 3);
    await counted(active, 2);
  });

  it('begins with all requests of its client in flight, unless all of them fail', async () => {
    const waiting: ServerResponse[] = [];
    const { url } = await behind(reading((outgoing) => waiting.push(outgoing)));
    const answers = [1, 2, 3].map((id) => done(post(url, call(id), session('a'))));
    await counted(inFlight, 3);
    await counted(active, 1);
    refuse(waiting[0]!, 401);
    await counted(inFlight, 2);
    await counted(active, 1);
    json(waiting[1]!, result(2));
    refuse(waiting[2]!, 401);
    await Promise.all(answers);
    await counted(inFlight, 0);
    await counted(active, 1);
  });

  it('does not begin on a page that answers everybody', async () => {
    const { url, port } = await behind(reading((outgoing) => void json(outgoing, '{"status":"ok"}')));
    await done(fetch(`${url}/health`, { headers: session('invented') }));
    await done(post(url, '{"redirect_uris":[]}', session('invented')));
    await counted('pmcp_errors_total{method="_other",name="",type="parse"}', 1);
    expect((await scrape(port)).get(active)).toBe(0);
  });

  it('has the id that the server returns instead', async () => {
    const { url } = await behind(
      reading((outgoing, { headers }) => {
        if (headers['mcp-session-id'] === 'new') json(outgoing, result(2));
        else json(outgoing, result(1), session('new'));
      }),
    );
    const initialize = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    await done(post(url, initialize, session('stale')));
    await done(post(url, call(2), session('new')));
    await counted(ended('ok', 'slow'), 1);
    await counted(active, 1);
  });
});

describe('a session', () => {
  it('remains when the server refuses one of its requests', async () => {
    const { url } = await behind(
      reading((outgoing, { headers }) => {
        if (headers.authorization) json(outgoing, result(1));
        else refuse(outgoing, 401);
      }),
    );
    await done(post(url, call(1), { ...session('a'), authorization: 'Bearer x' }));
    await done(post(url, call(1), session('a')));
    await counted(ended('client_error', 'slow'), 1);
    await counted(active, 1);
  });

  it('does not begin when the server refuses it', async () => {
    const { url } = await behind(
      reading((outgoing) => {
        refuse(outgoing, 401, session('a'));
      }),
    );
    await done(post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })));
    await counted('pmcp_requests_total{method="initialize",name="",outcome="client_error"}', 1);
    await counted(active, 0);
  });

  it.each([
    ['a page', 200, 'text/html', '<p>Log in'],
    ['JSON of another kind', 200, 'application/json', '{"login":"/"}'],
    ['nothing', 204, '', ''],
  ])('has no request in flight that was answered with %s', async (_, status, type, body) => {
    const { url } = await behind(
      reading((outgoing) => void outgoing.writeHead(status, { 'Content-Type': type }).end(body)),
    );
    for (let i = 0; i < 5; i++) await done(post(url, call(i), session('a')));
    await counted(ended('server_error'), 5);
    await counted(inFlight, 0);
  });

  it.each([
    ['a stream that was not finished', 200, 'text/event-stream'],
    ['a promise', 202, ''],
  ])('waits for the answer to a request that got %s', async (_, status, type) => {
    const { url } = await behind(
      reading((outgoing, { method }) => {
        if (method === 'GET')
          outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(`data: ${result(1)}\n\n`);
        else outgoing.writeHead(status, { 'Content-Type': type }).end();
      }),
    );
    await done(post(url, call(1), session('a')));
    await counted(inFlight, 1);
    await done(fetch(url, { headers: session('a') }));
    await counted(inFlight, 0);
    await counted(ended('ok', 'slow'), 1);
  });

  it('recognises the end of an answer that is too long to keep, on any stream', async () => {
    const long = result(1, { content: [{ type: 'text', text: 'x'.repeat(18 << 20) }], isError: true });
    const { url, child } = await behind(
      reading((outgoing, { method }) => {
        if (method !== 'GET') outgoing.writeHead(202).end();
        else outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(`data: ${long}\n\n`);
      }),
    );
    await done(post(url, call(1), session('a')));
    await counted(inFlight, 1);
    await done(fetch(url, { headers: session('a') }));
    await counted(inFlight, 0);
    await counted(ended('tool_error'), 1);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('does not cancel a request whose stream broke while its client comes back for the answer', async () => {
    let lost: (() => void) | undefined;
    const { url, port } = await behind((incoming, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      if (incoming.method === 'POST') {
        incoming.resume().once('end', () => outgoing.write('id: 1\ndata:\n\n'));
        outgoing.once('close', () => lost?.());
      } else outgoing.end(`id: 2\ndata: ${result(1)}\n\n`);
    });
    const broken = new Promise<void>((resolve) => {
      lost = resolve;
    });
    const abort = new AbortController();
    const stream = await fetch(url, {
      method: 'POST',
      body: call(1),
      headers: session('a'),
      signal: abort.signal,
    });
    await stream.body?.getReader().read();
    abort.abort();
    await broken;
    await done(fetch(url, { headers: { ...session('a'), 'last-event-id': '1' } }));
    await counted(ended('ok', 'slow'), 1);
    await counted(inFlight, 0);
    expect((await scrape(port)).get(ended('cancelled', 'slow'))).toBe(0);
    expect((await scrape(port)).get(ended('cancelled')) ?? 0).toBe(0);
  });
});

describe('a call on an HTTP+SSE stream that ends before its answer', () => {
  it.each([
    [
      'breaks between the proxy and the server',
      'server_error',
      (stream: ServerResponse) => stream.socket?.destroy(),
    ],
    ['is ended by the server', 'server_error', (stream: ServerResponse) => stream.end()],
    ['is left by its client', 'cancelled', (_: unknown, leave: () => void) => leave()],
  ])('has the outcome of the side that ended it: the stream %s', async (_, outcome, end) => {
    let stream: ServerResponse | undefined;
    const { url } = await behind((incoming, outgoing) => {
      if (incoming.method === 'POST') incoming.resume().once('end', () => outgoing.writeHead(202).end());
      else {
        stream = outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
        stream.write('event: endpoint\ndata: /messages?of=1\n\n');
      }
    });
    const client = new AbortController();
    const { body } = await fetch(`${url}/sse`, { signal: client.signal });
    await body?.getReader().read();
    await done(post(`${url}/messages?of=1`, call(1)));
    await counted(inFlight, 1);
    end(stream!, () => client.abort());
    await counted(ended(outcome), 1);
    await counted(inFlight, 0);
    await counted('pmcp_active_connections{transport="sse"}', 0);
  });
});
