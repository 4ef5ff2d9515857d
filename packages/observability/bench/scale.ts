import { createObservability } from '@pmcp/observability';
import type { NoopTransport } from './noop.js';
import {
  bytesPerStream,
  close,
  expectStreams,
  type Handler,
  listenable,
  open,
  post,
  STREAMS,
} from './scale/streams.js';
import { begin, bytesPerTask, connected, end, exchange, TASKS } from './scale/tasks.js';
import { median, table } from './stats.js';

/** Memory hardly varies, times do. */
const TURNS = { memory: 1, time: 15 };
const MESSAGES = 100_000;
const FETCHES = 300;

const OPTIONS = { metrics: { port: false, runtime: false }, log: { requestsPerSecond: 0 } } as const;

/** Many open streams and tasks: what each holds, that gauges tell their number, and what they cost a request that has neither. */
export async function scale(): Promise<string> {
  const [bare, observed] = await inTurns(TURNS.memory, [
    () => bytesPerStream(undefined),
    () => bytesPerStream(createObservability(OPTIONS)),
  ]);
  const task = await bytesPerTask(createObservability(OPTIONS));
  const memory = [
    ['a subscriptions/listen stream, not observed', bare.toFixed(0)],
    ['a subscriptions/listen stream, observed', observed.toFixed(0)],
    ['a task, observed', task.toFixed(0)],
  ];
  return [table([`${STREAMS} streams, ${TASKS} tasks`, 'bytes each'], memory), await others()].join('\n\n');
}

/** What a request without a stream or a task takes, beside them, and by way of a handler. */
async function others(): Promise<string> {
  const alone = await connected(createObservability(OPTIONS));
  const crowded = createObservability(OPTIONS);
  const handler = listenable(crowded);
  const among = await connected(crowded);
  const streams = await open(handler);
  begin(among);
  const [quiet, busy] = await inTurns(TURNS.time, [() => messages(alone), () => messages(among)]);
  const bare = listenable(undefined);
  const [unseen, seen] = await inTurns(TURNS.time, [() => fetches(bare), () => fetches(handler)]);
  await expectStreams(crowded, STREAMS);
  end(among);
  await close(handler, streams);
  return table(
    ['a request that has none of them', 'µs'],
    [
      ['through a transport, alone', quiet.toFixed(2)],
      ['through a transport, beside all of them', busy.toFixed(2)],
      ['through a handler, not observed', unseen.toFixed(1)],
      ['through a handler, observed, beside all of them', seen.toFixed(1)],
    ],
  );
}

type Measure = () => number | Promise<number>;

/** A B A B, after one turn to warm up: the median of each. */
async function inTurns(times: number, [a, b]: [Measure, Measure]): Promise<[a: number, b: number]> {
  const taken: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= times; turn++) {
    const pair = [await a(), await b()] as const;
    if (turn > 0) for (const which of [0, 1] as const) taken[which].push(pair[which]);
  }
  return [median(taken[0]), median(taken[1])];
}

function messages(transport: NoopTransport): number {
  const params = { name: 'tool_0', arguments: {} };
  const result = { content: [] };
  const start = performance.now();
  for (let id = TASKS; id < TASKS + MESSAGES; id++) exchange(transport, id, 'tools/call', params, result);
  return ((performance.now() - start) * 1e3) / MESSAGES;
}

async function fetches({ fetch }: Handler): Promise<number> {
  const requests = Array.from({ length: FETCHES }, (_, id) =>
    post('tools/call', { arguments: {} }, id, 'tool_0'),
  );
  const start = performance.now();
  for (const request of requests) await (await fetch(request)).text();
  return ((performance.now() - start) * 1e3) / FETCHES;
}
