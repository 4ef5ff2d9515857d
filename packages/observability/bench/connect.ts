import {
  createMcpHandler,
  McpServer,
  PerRequestHTTPServerTransport,
  Server,
} from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { type Handler, post } from './scale/streams.js';
import { median, table } from './stats.js';

const PAIRS = 60;
const CONNECTS = 500;
const FETCHES = 30;

const OPTIONS = { metrics: { port: false, runtime: false }, log: { requestsPerSecond: 0 } } as const;
const INFO = { name: 'bench', version: '1.0.0' };

type Observe = Observability['observe'];
type Measure = (observe: Observe) => Promise<number>;
type Classification = ConstructorParameters<typeof PerRequestHTTPServerTransport>[0]['classification'];

const bare: Observe = (server) => server;
const classification = { era: 'modern', revision: '2026-07-28' } as Classification;

/**
 * (c) Measures what SDK v2's `createMcpHandler` does for every request:
 * it makes a server and connects it to a transport.
 */
export async function connecting(): Promise<string> {
  const { observe } = createObservability(OPTIONS);
  const rows: string[][] = [];
  for (const [name, measure] of [
    ['make a server and a transport, and connect them', connect],
    ['a request through createMcpHandler, its servers observed', (observe) => fetches(handlerOf(observe))],
  ] as const satisfies readonly (readonly [string, Measure])[])
    rows.push([name, ...(await inTurns(measure, observe))]);
  return table(['connecting, metrics only', 'bare, µs', 'observed, µs', 'added, µs'], rows);
}

/**
 * The two take turns to go first, after one pair to warm up.
 * Returns the median of each, and of the differences.
 */
async function inTurns(measure: Measure, observe: Observe): Promise<string[]> {
  const times: { bare: number; observed: number }[] = [];
  for (let pair = 0; pair <= PAIRS; pair++) {
    const isBareFirst = pair % 2 === 0;
    const first = await measure(isBareFirst ? bare : observe);
    const second = await measure(isBareFirst ? observe : bare);
    times.push(isBareFirst ? { bare: first, observed: second } : { bare: second, observed: first });
  }
  times.shift();
  return [
    median(times.map((time) => time.bare)),
    median(times.map((time) => time.observed)),
    median(times.map((time) => time.observed - time.bare)),
  ].map((time) => time.toFixed(2));
}

/**
 * Returns the microseconds of each repetition.
 * Each is awaited, since otherwise all would stay in memory until the last.
 */
async function each(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) await work();
  return ((performance.now() - start) * 1e3) / count;
}

function connect(observe: Observe): Promise<number> {
  return each(CONNECTS, () => {
    const server = observe(new Server(INFO, {}));
    return server.connect(new PerRequestHTTPServerTransport({ classification }));
  });
}

function handlerOf(observe: Observe): Handler {
  return createMcpHandler(() => {
    const server = new McpServer(INFO, { capabilities: { tools: {} } });
    server.registerTool('tool_0', {}, () => ({ content: [] }));
    return observe(server);
  });
}

async function fetches(handler: Handler): Promise<number> {
  const start = performance.now();
  for (let id = 1; id <= FETCHES; id++) {
    const answer = await handler.fetch(post('tools/call', { arguments: {} }, id, 'tool_0'));
    await answer.text();
  }
  const time = ((performance.now() - start) * 1e3) / FETCHES;
  await handler.close();
  return time;
}
