import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerTo, behind, call, counted, read, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';

const EXCHANGES = 400;
const AT_ONCE = 16;
const SESSIONS = ['a', 'b', 'c'.repeat(2_000)];

const below = (limit: number) => Math.floor(Math.random() * limit);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

/** Bytes that are nearly what a client or server says, or nothing like it. */
function mutated(texts: readonly string[]): Buffer {
  if (below(8) === 0) return randomBytes(below(100_000));
  const bytes = Buffer.from(
    Array.from({ length: below(20) }, () => pick(texts)).join(pick(['', '\n', '\r\n', ','])),
  );
  for (let i = below(30); i > 0 && bytes.length > 0; i--) {
    bytes[below(bytes.length)] = pick([below(256), ...Buffer.from('\r\n"{}[],:\\ ')]);
  }
  return bytes;
}

const REQUESTS = [call(1), call(2), '{"jsonrpc":"2.0","method":"initialize","id":3}', '[', ']', '{}', 'null'];
const EVENTS = [
  'data: ',
  'event: endpoint\n',
  'event: message\n',
  '\n\n',
  'id: 1\n',
  ': comment\n',
  result(1),
];
const ANSWERS = [result(1), result(2, { isError: true }), '{"error":{"code":1},"id":1}', '[', ']', ...EVENTS];

/** What the server shall answer with. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function anyAnswer(): Answer {
  const body = mutated(ANSWERS);
  const encoding = pick(['', '', 'gzip', 'br', 'unheard-of']);
  // What says to be compressed is so, or pretends to be.
  const packed = encoding === 'gzip' && below(2) === 0 ? gzipSync(body) : body;
  return {
    status: pick([200, 200, 200, 202, 400, 404, 500]),
    headers: {
      'Content-Type': pick([
        'application/json',
        'text/event-stream',
        'text/html',
        'application/json; charset=x',
        'x',
      ]),
      ...(encoding && { 'Content-Encoding': encoding }),
      ...(below(3) === 0 && { 'Mcp-Session-Id': pick(SESSIONS) }),
      ...(below(2) === 0 && { 'Content-Length': String(packed.length) }),
    },
    body: packed,
  };
}

/** Writes in pieces of any size, some of them a turn of the event loop later. */
async function trickle(
  sink: { write(chunk: Buffer): unknown; end(): unknown },
  bytes: Buffer,
): Promise<void> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + below(2 ** below(17));
    sink.write(bytes.subarray(start, end));
    start = end;
    if (below(3) === 0) await turn();
  }
  sink.end();
}

describe('whatever passes the HTTP proxy', () => {
  it.each([
    ['counted', {}],
    // With nobody there to take the spans.
    ['traced', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }],
  ])('comes out as it went in, both ways, and leaves nothing behind: %s', async (_, env) => {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const answers = new Map<string, Answer>();
    const received = new Map<string, Buffer>();
    const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const number = String(incoming.headers['x-number']);
      received.set(number, await read(incoming));
      const { status, headers, body } = answers.get(number) as Answer;
      outgoing.writeHead(status, headers);
      await trickle(outgoing, body);
    };
    const { url, port, child } = await behind(
      (incoming, outgoing) => void answer(incoming, outgoing),
      [],
      env as Record<string, string>,
    );

    const exchange = async (number: string) => {
      const answer = anyAnswer();
      answers.set(number, answer);
      const body = mutated(REQUESTS);
      const headers = {
        'X-Number': number,
        'Content-Type': pick(['application/json', 'text/plain']),
        ...(below(2) === 0 ? { 'Content-Length': String(body.length) } : { 'Transfer-Encoding': 'chunked' }),
        ...(below(3) === 0 && { 'Mcp-Session-Id': pick(SESSIONS) }),
        ...(below(4) === 0 && { 'Content-Encoding': pick(['gzip', 'unheard-of']) }),
        ...(below(4) === 0 && { traceparent: pick(['00-x', `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`]) }),
      };
      const sent = request(`${url}/${pick(['mcp', 'sse', 'message?sessionId=a', '%00'])}`, {
        method: pick(['POST', 'POST', 'POST', 'PUT', 'DELETE']),
        agent,
        headers,
      });
      const [response] = await Promise.all([answerTo(sent), trickle(sent, body)]);
      const came = await read(response);
      expect(response.statusCode).toBe(answer.status);
      expect(came.equals(answer.body), `answer ${number}`).toBe(true);
      expect(received.get(number)?.equals(body), `request ${number}`).toBe(true);
      answers.delete(number);
      received.delete(number);
    };

    let next = 0;
    const one = async () => {
      while (next < EXCHANGES) await exchange(String(next++));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    agent.destroy();

    expect(child.exitCode).toBeNull();
    await counted('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}', 0);
    // A request of a session may be answered later, on another stream: until the session ends.
    answers.set('end', { status: 200, headers: {}, body: Buffer.alloc(0) });
    for (const session of SESSIONS) {
      const headers = { 'X-Number': 'end', 'Mcp-Session-Id': session };
      await read(await answerTo(request(url, { method: 'DELETE', headers }).end()));
    }
    const requests = [...(await scrape(port))].filter(([name]) => name.startsWith('pmcp_requests_in_flight'));
    expect(requests.filter(([, value]) => value !== 0)).toEqual([]);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024).toBeLessThan(200);
  });
});
