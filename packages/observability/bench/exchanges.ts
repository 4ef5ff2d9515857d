import { channel } from 'node:diagnostics_channel';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PerRequestHTTPServerTransport, Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { NoopServer, NoopTransport } from './noop.js';
import { post } from './scale/streams.js';
import { median, table } from './stats.js';

/**
 * Many short turns: on a shared machine a long turn is interrupted,
 * and would include the time of other programs.
 */
const TURNS = 401;
const WARM_UP = 100;

const OPTIONS = {
  metrics: { port: false, runtime: false },
  log: { requestsPerSecond: 0 },
} as const;
const PATH = '/mcp';
const INFO = { name: 'bench', version: '1.0.0' };
const MESSAGE = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'tool_0', arguments: {} } };
const HEADERS = { 'content-type': 'application/json', 'mcp-method': 'tools/call', 'mcp-session-id': 'one' };
const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'x'.repeat(200) }] } };
const ANSWER = JSON.stringify(RESULT);
const EVENT = new TextEncoder().encode(`event: message\ndata: ${ANSWER}\n\n`);
const EVENTS = 3;
const FETCHES = 10;
const CONNECTS = 50;

const classification = { era: 'modern', revision: '2026-07-28' } as ConstructorParameters<
  typeof PerRequestHTTPServerTransport
>[0]['classification'];

type Observe = Observability['observe'];
/** Does the same thing many times, at a path of its toolkit. @returns microseconds for each time */
type Measure = (toolkit: Observability | undefined, path: string) => Promise<() => number | Promise<number>>;

/** Makes a toolkit that expects requests at a path. */
export const toolkitAt = (path: string) => createObservability({ ...OPTIONS, http: { path } });

/** (d) Measures what each place where a request is watched adds to its cost. */
export async function exchanges(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    const toolkit = toolkitAt(PATH);
    const [bare, observed] = [await measure(undefined, PATH), await measure(toolkit, PATH)];
    rows.push([name, ...(await inTurns(bare, observed))]);
    await toolkit.shutdown();
  }
  return table(['one request, metrics only', 'bare, µs', 'observed, µs', 'added, µs'], rows);
}

export const MEASURES: Readonly<Record<string, Measure>> = {
  'a message and its answer': message,
  'an HTTP exchange on Node': nodeExchange,
  'an answer in JSON of a fetch handler': (toolkit) => fetched(toolkit, json),
  'a stream of three events of a fetch handler': (toolkit) => fetched(toolkit, stream),
  'a server and a transport made for it': connected,
};

/**
 * The two take turns to go first, after some turns to warm up.
 * Returns the median of each, and of the differences.
 */
export async function inTurns(
  bare: () => number | Promise<number>,
  observed: () => number | Promise<number>,
): Promise<string[]> {
  const times: [number, number][] = [];
  for (let turn = 0; turn < WARM_UP + TURNS; turn++) {
    const first = await (turn % 2 === 0 ? bare : observed)();
    const second = await (turn % 2 === 0 ? observed : bare)();
    times.push(turn % 2 === 0 ? [first, second] : [second, first]);
  }
  const measured = times.slice(WARM_UP);
  return [
    median(measured.map(([bare]) => bare)),
    median(measured.map(([, observed]) => observed)),
    median(measured.map(([bare, observed]) => observed - bare)),
  ].map((time) => time.toFixed(2));
}

function each(count: number, work: () => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) work();
  return ((performance.now() - start) * 1e3) / count;
}

async function message(toolkit: Observability | undefined) {
  const transport = new NoopTransport();
  const server = new NoopServer();
  await (toolkit?.observe(server) ?? server).connect(transport);
  return () =>
    each(500, () => {
      transport.onmessage?.(MESSAGE);
      void transport.send(RESULT);
    });
}

/** A transport that answers at once, like the transports for Node. */
class HttpTransport extends NoopTransport {
  handleRequest(_request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(ANSWER);
  }
}

/**
 * Uses Node's own objects and a socket that takes no bytes, so that mostly the toolkit's own cost remains.
 */
async function nodeExchange(toolkit: Observability | undefined, path: string) {
  const transport = new HttpTransport();
  const mcp = new NoopServer();
  await (toolkit?.observe(mcp) ?? mcp).connect(transport);
  const started = channel('http.server.request.start');
  const finished = channel('http.server.response.finish');
  const server = {};
  const socket = Object.assign(new Socket(), { server });
  return () =>
    each(200, () => {
      const request = new IncomingMessage(socket);
      request.method = 'POST';
      request.url = path;
      request.headers = HEADERS;
      const response = new ServerResponse(request);
      if (toolkit) started.publish({ request, response, socket, server });
      transport.handleRequest(request, response);
      if (toolkit && finished.hasSubscribers) finished.publish({ request, response, socket, server });
      response.emit('finish');
      response.emit('close');
    });
}

const json = () => new Response(ANSWER, { headers: { 'content-type': 'application/json' } });

function stream(): Response {
  let left = EVENTS;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(EVENT);
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

async function fetched(toolkit: Observability | undefined, answer: () => Response) {
  const handler = { fetch: async (_request: Request) => answer(), close: async () => {}, notify: {} };
  toolkit?.observe(handler);
  return async () => {
    const requests = Array.from({ length: FETCHES }, (_, id) =>
      post('tools/call', { arguments: {} }, id, 'tool_0'),
    );
    const start = performance.now();
    for (const request of requests) await (await handler.fetch(request)).text();
    return ((performance.now() - start) * 1e3) / FETCHES;
  };
}

async function connected(toolkit: Observability | undefined) {
  const observe: Observe = toolkit?.observe ?? ((server) => server);
  return async () => {
    const start = performance.now();
    for (let i = 0; i < CONNECTS; i++)
      await observe(new Server(INFO, {})).connect(new PerRequestHTTPServerTransport({ classification }));
    return ((performance.now() - start) * 1e3) / CONNECTS;
  };
}
