import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  answers,
  asks,
  augmented,
  becomes,
  counted,
  done,
  HOUR,
  Scene,
  sleep,
} from '../../../../test/support/long-calls.js';
import type { Message } from '../protocol/message.js';
import type { Connection } from './connection.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('the memory of long calls', () => {
  it('is bounded: the oldest of too many counts as abandoned', () => {
    const scene = new Scene();
    const connection = scene.connection();
    for (let i = 0; i < 10_003; i++) scene.call(connection, becomes({ taskId: `task ${i}` }), augmented);
    expect([scene.inProgress.task, Object.keys(scene.ended)]).toEqual([10_000, ['task search abandoned x3']]);
    const poll = (i: number) => ({ result: { taskId: `task ${i}`, status: 'cancelled' } });
    for (let i = 0; i < 10_003; i++) scene.ask(connection, 'tasks/get', { taskId: `task ${i}` }, poll(i));
    expect(scene.inProgress.task).toBe(0);
  });

  it('is cleared at shutdown, with its timer', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    scene.call(connection, asks());
    scene.longCalls.close();
    expect([scene.inProgress, scene.ended, vi.getTimerCount()]).toEqual([{ rounds: 0, task: 0 }, {}, 0]);
  });
});

/** Returns a small random number generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled', 7, undefined, 'strange'];

describe('in any order of rounds, polls, notifications, cancels and closes', () => {
  it.each([1, 2, 3, 4, 5, 6])('each call counts once, and nothing stays in progress (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const scene = new Scene();
    let connections = [scene.connection(), scene.connection('streamable_http')];
    let requests = 0;
    let tasks = 0;
    let open: { connection: Connection; id: number }[] = [];
    const any = <T>(items: readonly T[]): T => items[random(items.length)]!;
    const state = () => (random(2) === 0 ? {} : { requestState: `state ${random(3)}` });
    const taskId = () => `task ${random(Math.max(1, tasks))}`;
    const result = () =>
      any([done, { isError: true }, asks(state()), asks(state()), { resultType: 'new' }, null, 7, created()]);
    const created = () => ({ resultType: 'task', taskId: `task ${tasks++}`, status: any(STATUSES) });
    const usual = [
      () => {
        const connection = any(connections);
        const method = any(['tools/call', 'tools/call', 'tasks/get', 'tasks/result', 'tasks/cancel']);
        const params = { name: 'search', taskId: taskId(), ...state(), ...any([{}, answers]) };
        open.push({ connection, id: scene.request(connection, method, params) });
        requests++;
      },
      () => {
        const [one] = open.splice(random(open.length), 1);
        const told = {
          taskId: taskId(),
          status: any(STATUSES),
          ...any([{}, { result: done }, { error: {} }]),
        };
        const answer = any([
          { result: told },
          { error: { code: any([-32602, -32603]) } },
          { result: result() },
        ]);
        if (one) scene.answer(one.connection, one.id, answer);
      },
      () => {
        const [one] = open.splice(random(open.length), 1);
        const params = { requestId: one?.id };
        if (one) one.connection.received({ method: 'notifications/cancelled', params } as Message, undefined);
      },
      () => {
        const params = { taskId: taskId(), status: any(STATUSES) };
        any(connections).sending({ method: 'notifications/tasks', params } as Message);
      },
    ];
    const rare = [
      () => {
        const gone = any(connections);
        gone.closed();
        open = open.filter(({ connection }) => connection !== gone);
        connections = connections.filter((connection) => connection !== gone);
        connections.push(scene.connection(any(['stdio', 'streamable_http'])));
      },
      () => sleep(random(5) === 0 ? HOUR : random(3_000)),
    ];
    const { operationDuration } = scene.families;
    let began = 0;
    const { longCallBegan } = scene.recorder;
    scene.recorder.longCallBegan = (kind) => {
      began++;
      longCallBegan.call(scene.recorder, kind);
    };
    let left = 0;
    const { longCallLeft, longCallEnded } = scene.recorder;
    scene.recorder.longCallLeft = (kind) => {
      left++;
      longCallLeft.call(scene.recorder, kind);
    };
    let ends = 0;
    let taskEnds = 0;
    scene.recorder.longCallEnded = (call, ending, at) => {
      ends++;
      if (call.kind === 'task' && ending !== undefined) taskEnds++;
      return longCallEnded.call(scene.recorder, call, ending, at);
    };
    for (let i = 0; i < 3_000; i++) any(random(20) === 0 ? rare : [...usual, usual[0]!, usual[1]!])();
    for (const connection of connections) connection.closed();
    sleep(25 * HOUR);

    expect(scene.inProgress).toEqual({ rounds: 0, task: 0 });
    expect(scene.longCalls.size).toBe(0);
    expect(began).toBeGreaterThan(50);
    expect(left).toBe(began);
    const durations = operationDuration.series.map((_, slot) => operationDuration.count(slot));
    expect(durations.reduce((sum, count) => sum + count, 0)).toBe(ends);
    const total = Object.values(scene.requests).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(requests + taskEnds);
    expect(counted(scene.families.requestsInFlight)).toEqual({});
    expect(counted(scene.families.telemetryDropped)).toEqual({});
    expect(vi.getTimerCount()).toBe(0);
  });
});
