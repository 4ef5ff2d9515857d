import { createObservability } from '@pmcp/observability';
import { MEASURES, inTurns as paired, toolkitAt } from './exchanges.js';
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
import { begin, bytesPerTask, connected, end, TASKS } from './scale/tasks.js';
import { median, table } from './stats.js';

/** Memory hardly varies, but times do. */
const TURNS = { memory: 1, time: 15 };
const FETCHES = 300;

const OPTIONS = { metrics: { port: false, runtime: false }, log: { requestsPerSecond: 0 } } as const;

/**
 * Measures many open streams and tasks: the memory of each,
 * and the cost for a request without them. Checks the gauges.
 */
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

/**
 * Measures a request that has neither a stream nor a task while all of them are open, compared to a toolkit
 * without any. Does the same through the SDK's handler.
 */
async function others(): Promise<string> {
  const [alone, crowded] = [toolkitAt('/alone'), toolkitAt('/crowded')];
  const handler = listenable(crowded);
  const among = await connected(crowded);
  const streams = await open(handler);
  begin(among);
  const rows: string[][] = [];
  for (const [name, measure] of Object.entries(MEASURES))
    rows.push([name, ...(await paired(await measure(alone, '/alone'), await measure(crowded, '/crowded')))]);
  const bare = listenable(undefined);
  const [unseen, seen] = await inTurns(TURNS.time, [() => fetches(bare), () => fetches(handler)]);
  await expectStreams(crowded, STREAMS);
  end(among);
  await close(handler, streams);
  const whole = [
    ['not observed', unseen.toFixed(1)],
    ['observed, beside all of them', seen.toFixed(1)],
  ];
  return [
    table(['a request that has none of them', 'with none open, µs', 'beside all, µs', 'added, µs'], rows),
    table(["the same through the SDK's handler", 'µs'], whole),
  ].join('\n\n');
}

type Measure = () => number | Promise<number>;

/** Measures A B A B, after one turn to warm up. Returns the median of each. */
async function inTurns(times: number, [a, b]: [Measure, Measure]): Promise<[a: number, b: number]> {
  const taken: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= times; turn++) {
    const pair = [await a(), await b()] as const;
    if (turn > 0) for (const which of [0, 1] as const) taken[which].push(pair[which]);
  }
  return [median(taken[0]), median(taken[1])];
}

async function fetches({ fetch }: Handler): Promise<number> {
  const requests = Array.from({ length: FETCHES }, (_, id) =>
    post('tools/call', { arguments: {} }, id, 'tool_0'),
  );
  const start = performance.now();
  for (const request of requests) await (await fetch(request)).text();
  return ((performance.now() - start) * 1e3) / FETCHES;
}
