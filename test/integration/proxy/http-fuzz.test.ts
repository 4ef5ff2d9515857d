import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { behind, call, counted, read, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { Random } from '../../support/random.js';
import { responseTo } from '../../support/response.js';

const EXCHANGES = 400;
/** Set this to repeat a failed test: its message names the seed. */
const SEED = Number(process.env.PMCP_FUZZ_SEED ?? Date.now() % 1_000_000);
const AT_ONCE = 16;
const SESSIONS = ['a', 'b', 'c'.repeat(2_000)];

/** Returns the same numbers for the same exchange and seed, in whatever order exchanges come. */
const randomOf = (number: string, part: 'request' | 'answer') =>
  new Random(SEED + 2_000_003 * Number(number) + (part === 'answer' ? 1 : 0));

/** Returns bytes that are close to a valid message, or far from it. */
function mutated(random: Random, texts: readonly string[]): Buffer {
  if (random.once(8)) return random.bytes(random.below(100_000));
  const parts = Array.from({ length: random.below(20) }, () => random.pick(texts));
  const bytes = Buffer.from(parts.join(random.pick(['', '\n', '\r\n', ','])));
  for (let i = random.below(30); i > 0 && bytes.length > 0; i--) {
    bytes[random.below(bytes.length)] = random.pick([random.below(256), ...Buffer.from('\r\n"{}[],:\\ ')]);
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

/** The answer that the server gives. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function anyAnswer(random: Random): Answer {
  const body = mutated(random, ANSWERS);
  const encoding = random.pick(['', '', 'gzip', 'br', 'unheard-of']);
  // A body with an encoding header is really compressed, or only claims it.
  const packed = encoding === 'gzip' && random.once(2) ? gzipSync(body) : body;
  return {
    status: random.pick([200, 200, 200, 202, 400, 404, 500]),
    headers: {
      'Content-Type': random.pick([
        'application/json',
        'text/event-stream',
        'text/html',
        'application/json; charset=x',
        'x',
      ]),
      ...(encoding && { 'Content-Encoding': encoding }),
      ...(random.once(3) && { 'Mcp-Session-Id': random.pick(SESSIONS) }),
      ...(random.once(2) && { 'Content-Length': String(packed.length) }),
    },
    body: packed,
  };
}

/** Writes in pieces of random sizes, some of them in a later turn of the event loop. */
async function trickle(
  sink: { write(chunk: Buffer): unknown; end(): unknown },
  bytes: Buffer,
  random: Random,
): Promise<void> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + random.below(2 ** random.below(17));
    sink.write(bytes.subarray(start, end));
    start = end;
    if (random.once(3)) await turn();
  }
  sink.end();
}

describe('traffic through the HTTP proxy', () => {
  it.each([
    ['counted', {}],
    // No collector listens there.
    ['traced', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }],
  ])('is unchanged in both directions, and leaves nothing behind: %s', async (_, env) => {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const answers = new Map<string, Answer>();
    const received = new Map<string, Buffer>();
    const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const number = String(incoming.headers['x-number']);
      received.set(number, await read(incoming));
      const { status, headers, body } = answers.get(number) as Answer;
      outgoing.writeHead(status, headers);
      await trickle(outgoing, body, randomOf(number, 'answer'));
    };
    const { url, port, child } = await behind(
      (incoming, outgoing) => void answer(incoming, outgoing),
      [],
      env as Record<string, string>,
    );

    const exchange = async (number: string) => {
      const random = randomOf(number, 'request');
      const answer = anyAnswer(random);
      answers.set(number, answer);
      const body = mutated(random, REQUESTS);
      const headers = {
        'X-Number': number,
        'Content-Type': random.pick(['application/json', 'text/plain']),
        ...(random.once(2) ? { 'Content-Length': String(body.length) } : { 'Transfer-Encoding': 'chunked' }),
        ...(random.once(3) && { 'Mcp-Session-Id': random.pick(SESSIONS) }),
        ...(random.once(4) && { 'Content-Encoding': random.pick(['gzip', 'unheard-of']) }),
        ...(random.once(4) && {
          traceparent: random.pick(['00-x', `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`]),
        }),
      };
      const sent = request(`${url}/${random.pick(['mcp', 'sse', 'message?sessionId=a', '%00'])}`, {
        method: random.pick(['POST', 'POST', 'POST', 'PUT', 'DELETE']),
        agent,
        headers,
      });
      const [response] = await Promise.all([responseTo(sent), trickle(sent, body, random)]);
      const came = await read(response);
      expect(response.statusCode, `answer ${number}, seed ${SEED}`).toBe(answer.status);
      expect(came.equals(answer.body), `answer ${number}, seed ${SEED}`).toBe(true);
      expect(received.get(number)?.equals(body), `request ${number}, seed ${SEED}`).toBe(true);
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
    // Ends the session: until then a request may still be answered on another stream.
    answers.set('end', { status: 200, headers: {}, body: Buffer.alloc(0) });
    for (const session of SESSIONS) {
      const headers = { 'X-Number': 'end', 'Mcp-Session-Id': session };
      await read(await responseTo(request(url, { method: 'DELETE', headers }).end()));
    }
    const open = async () =>
      [...(await scrape(port))].filter(
        ([name, value]) => name.startsWith('pmcp_requests_in_flight') && value !== 0,
      );
    await expect.poll(open, { message: `seed ${SEED}` }).toEqual([]);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024).toBeLessThan(200);
    // Two seconds on an idle machine.
  });
});
