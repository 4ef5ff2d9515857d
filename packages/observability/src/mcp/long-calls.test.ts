import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import type { ScalarFamily } from '../metrics/family.js';
import { Recorder } from '../metrics/recorder.js';
import type { Message } from '../protocol/message.js';
import { Connection } from './connection.js';
import type { ConnectionContext } from './context.js';
import { ToolFingerprint } from './fingerprint.js';
import { LongCallReport } from './long-call-report.js';
import { LongCalls } from './long-calls.js';
import { IdleSessions } from './sessions.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** A toolkit whose connections are told messages as they come. */
class Scene {
  readonly families = createFamilies();
  readonly recorder = new Recorder(this.families, { names: 50, clients: 10 });
  readonly longCalls = new LongCalls(new LongCallReport(this.recorder, () => undefined));
  readonly context: ConnectionContext = {
    recorder: this.recorder,
    sessions: new IdleSessions(HOUR),
    fingerprint: new ToolFingerprint(this.families, () => this.recorder.dropped('internal_error')),
    longCalls: this.longCalls,
  };
  private ids = 0;

  /** A connection of one client, or of one exchange where there are no sessions. */
  connection(kind: 'stdio' | 'streamable_http' = 'stdio'): Connection {
    const connection = new Connection(this.context, {}, kind, undefined);
    connection.started();
    return connection;
  }

  request(connection: Connection, method: string, params: object): number {
    connection.received({ id: ++this.ids, method, params } as Message, undefined);
    return this.ids;
  }

  answer(connection: Connection, id: number, answer: object): void {
    connection.sent(connection.sending({ id, ...answer } as Message), 0);
  }

  ask(connection: Connection, method: string, params: object, answer: object): void {
    this.answer(connection, this.request(connection, method, params), answer);
  }

  call(connection: Connection, result: object, params: object = {}): void {
    this.ask(connection, 'tools/call', { name: 'search', ...params }, { result });
  }

  get inProgress(): { rounds: number; task: number } {
    const { operationsInProgress } = this.families;
    const of = (kind: string) => operationsInProgress.value(operationsInProgress.slot(kind));
    return { rounds: of('rounds'), task: of('task') };
  }

  /** The long calls that have ended, by kind, name and outcome, with their seconds. */
  get ended(): Record<string, number> {
    const { operationDuration } = this.families;
    const entries = operationDuration.series.map((labels, slot) => [labels, slot] as const);
    return Object.fromEntries(
      entries.map(([[kind, , name, outcome], slot]) => [
        `${kind} ${name} ${outcome} x${operationDuration.count(slot)}`,
        operationDuration.sum(slot),
      ]),
    );
  }

  get requests(): Record<string, number> {
    return counted(this.families.requests);
  }

  get errors(): Record<string, number> {
    return counted(this.families.errors);
  }
}

function counted(family: ScalarFamily): Record<string, number> {
  const entries = family.series.map((labels, slot) => [labels.join(' '), family.value(slot)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value > 0));
}

function sleep(ms: number): void {
  vi.advanceTimersByTime(ms);
}

const done = { content: [] };
const asks = (more: object = {}) => ({
  resultType: 'input_required',
  inputRequests: { who: { method: 'elicitation/create', params: { mode: 'url' } } },
  ...more,
});
const answers = { inputResponses: { who: { action: 'accept' } } };

describe('a call of several rounds', () => {
  it('counts once, with the outcome of its end and its whole time, whatever connections its rounds come on', () => {
    const scene = new Scene();
    scene.call(scene.connection('streamable_http'), asks({ requestState: 'one' }));
    expect(scene.inProgress.rounds).toBe(1);
    sleep(5 * SECOND);
    scene.call(scene.connection('streamable_http'), asks({ requestState: 'two' }), {
      ...answers,
      requestState: 'one',
    });
    sleep(7 * SECOND);
    expect([scene.inProgress.rounds, scene.ended]).toEqual([1, {}]);
    scene.call(scene.connection('streamable_http'), { ...done, isError: true }, { requestState: 'two' });
    expect([scene.inProgress.rounds, scene.ended]).toEqual([0, { 'rounds search tool_error x1': 12 }]);
    expect(scene.requests).toEqual({
      'tools/call search input_required': 2,
      'tools/call search tool_error': 1,
    });
    expect(scene.errors).toEqual({ 'tools/call search tool_error': 1 });
  });

  it('tells how long people took, and by what they were asked', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, asks());
    sleep(40 * SECOND);
    scene.call(connection, done, answers);
    const { serverRequests, serverRequestDuration } = scene.families;
    expect(counted(serverRequests)).toEqual({ 'elicitation/create url ok': 1 });
    expect(serverRequestDuration.sum(serverRequestDuration.slot('elicitation/create', 'url'))).toBe(40);
  });

  it('is told from that of another client, another tool and another state', () => {
    const scene = new Scene();
    const [one, other] = [scene.connection(), scene.connection()];
    scene.call(one, asks());
    scene.call(other, done, answers);
    scene.ask(one, 'tools/call', { name: 'other', ...answers }, { result: done });
    scene.call(one, done, { ...answers, requestState: 'made up' });
    expect([scene.inProgress.rounds, scene.ended]).toEqual([1, {}]);
    scene.call(one, done, answers);
    expect(scene.inProgress.rounds).toBe(0);
  });

  it('of several that nothing tells apart ends as often as it began, and their times add up', () => {
    const scene = new Scene();
    for (let i = 0; i < 3; i++) {
      scene.call(scene.connection('streamable_http'), asks());
      sleep(SECOND);
    }
    for (let i = 0; i < 4; i++) scene.call(scene.connection('streamable_http'), done, answers);
    expect([scene.inProgress.rounds, scene.ended]).toEqual([0, { 'rounds search ok x3': 6 }]);
  });

  it('that nobody comes back for is abandoned after an hour, and no timer goes on', () => {
    const scene = new Scene();
    scene.call(scene.connection(), asks());
    sleep(HOUR - SECOND);
    expect(scene.inProgress.rounds).toBe(1);
    sleep(3 * SECOND);
    expect([scene.inProgress.rounds, Object.keys(scene.ended)]).toEqual([0, ['rounds search abandoned x1']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('whose last round is cancelled is cancelled', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, asks());
    scene.request(connection, 'tools/call', { name: 'search', ...answers });
    connection.closed();
    expect([scene.inProgress.rounds, Object.keys(scene.ended)]).toEqual([0, ['rounds search cancelled x1']]);
  });
});

const augmented = { task: { ttl: 60 * SECOND } };
const becomes = (task: object) => ({ task: { taskId: 'a', status: 'working', ttl: 60 * SECOND, ...task } });
const about = { taskId: 'a' };

describe('a task', () => {
  it.each<[string, object, string, string]>([
    ['completed', { result: done }, 'ok', ''],
    ['completed', { result: { ...done, isError: true } }, 'tool_error', 'tool_error'],
    ['failed', { error: { code: -32603 } }, 'server_error', '-32603'],
    ['failed', { error: { code: -32602 } }, 'client_error', '-32602'],
    ['failed', { error: { code: {} } }, 'server_error', '_other'],
    ['cancelled', {}, 'cancelled', 'cancelled'],
  ])('that is %s with %j ends as %s, once, however often it is told', (status, more, outcome, type) => {
    const scene = new Scene();
    scene.call(scene.connection('streamable_http'), { resultType: 'task', ...becomes({}).task });
    sleep(10 * SECOND);
    const poll = { result: { resultType: 'complete', taskId: 'a', status, ...more } };
    for (let i = 0; i < 3; i++) scene.ask(scene.connection('streamable_http'), 'tasks/get', about, poll);
    const { params } = { params: { taskId: 'a', status, ...more } };
    scene.connection().sending({ method: 'notifications/tasks', params } as Message);
    expect([scene.inProgress.task, scene.ended]).toEqual([0, { [`task search ${outcome} x1`]: 10 }]);
    expect(scene.requests).toEqual({
      'tools/call search task': 1,
      [`tools/call search ${outcome}`]: 1,
      'tasks/get  ok': 3,
    });
    expect(scene.errors).toEqual(type === '' ? {} : { [`tools/call search ${type}`]: 1 });
  });

  it.each<[string, object, string]>([
    ['completed', done, 'ok'],
    ['completed', { ...done, isError: true }, 'tool_error'],
    ['failed', { ...done, isError: true }, 'tool_error'],
    ['failed', done, 'server_error'],
  ])('of 2025-11-25 that is %s waits a moment for its result: %j is %s', (status, result, outcome) => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    sleep(5 * SECOND);
    connection.sending({ method: 'notifications/tasks/status', params: { taskId: 'a', status } } as Message);
    sleep(SECOND);
    scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status } });
    scene.ask(connection, 'tasks/result', about, { result });
    expect([scene.inProgress.task, scene.ended]).toEqual([0, { [`task search ${outcome} x1`]: 5 }]);
  });

  it.each([
    ['completed', 'ok'],
    ['failed', 'server_error'],
  ])('of 2025-11-25 that is %s and whose result nobody asks for is %s', (status, outcome) => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    sleep(5 * SECOND);
    scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status } });
    sleep(4 * SECOND);
    expect([scene.inProgress.task, scene.ended]).toEqual([0, { [`task search ${outcome} x1`]: 5 }]);
  });

  it('is ended by no client: not by an id that it makes up, nor by one that the server denies', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    const denied = { error: { code: -32602, message: 'Task not found' } };
    scene.ask(connection, 'tasks/get', about, denied);
    scene.ask(connection, 'tasks/result', about, denied);
    scene.ask(connection, 'tasks/cancel', about, denied);
    scene.ask(connection, 'tasks/get', { taskId: 'b' }, { result: { taskId: 'b', status: 'completed' } });
    scene.request(connection, 'tasks/result', about);
    connection.closed();
    expect([scene.inProgress.task, scene.ended]).toEqual([1, {}]);
  });

  it('lives as long as its server says that it works, and is abandoned when nobody asks', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    for (let i = 0; i < 5; i++) {
      sleep(40 * SECOND);
      scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status: 'working' } });
    }
    expect([scene.inProgress.task, scene.ended]).toEqual([1, {}]);
    sleep(62 * SECOND);
    expect([scene.inProgress.task, Object.keys(scene.ended)]).toEqual([0, ['task search abandoned x1']]);
    expect(scene.requests).not.toHaveProperty('tools/call search abandoned');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [{ taskId: { toString: 'no' } }],
    [{ taskId: '' }],
    [{ taskId: 'x'.repeat(10_000) }],
    [{ taskId: 7 }],
    [Object.defineProperty({}, 'taskId', { get: () => expect.fail('read') })],
  ])('with an id that is none is counted, and not followed', (task) => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, { task }, augmented);
    scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status: 'completed' } });
    expect([scene.inProgress.task, scene.ended]).toEqual([0, {}]);
    expect(scene.requests).toEqual({ 'tools/call search task': 1, 'tasks/get  ok': 1 });
  });

  it.each([[7], [{}], [null], ['of tomorrow'], [undefined]])(
    'goes on while its status is no known one: %j',
    (status) => {
      const scene = new Scene();
      const connection = scene.connection();
      scene.call(connection, becomes({ status }), augmented);
      scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status } });
      expect([scene.inProgress.task, scene.ended]).toEqual([1, {}]);
    },
  );

  it('after rounds is one call, which began with the first of them', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, asks({ requestState: 'x' }));
    sleep(30 * SECOND);
    scene.call(connection, { resultType: 'task', ...becomes({}).task }, { ...answers, requestState: 'x' });
    expect(scene.inProgress).toEqual({ rounds: 0, task: 1 });
    sleep(10 * SECOND);
    const result = { taskId: 'a', status: 'completed', result: done };
    scene.ask(connection, 'tasks/get', about, { result });
    expect([scene.inProgress, scene.ended]).toEqual([{ rounds: 0, task: 0 }, { 'task search ok x1': 40 }]);
  });
});

describe('what is kept of long calls', () => {
  it('is bounded: the oldest of too many counts as abandoned', () => {
    const scene = new Scene();
    const connection = scene.connection();
    for (let i = 0; i < 10_003; i++) scene.call(connection, becomes({ taskId: `task ${i}` }), augmented);
    expect([scene.inProgress.task, Object.keys(scene.ended)]).toEqual([10_000, ['task search abandoned x3']]);
    const poll = (i: number) => ({ result: { taskId: `task ${i}`, status: 'cancelled' } });
    for (let i = 0; i < 10_003; i++) scene.ask(connection, 'tasks/get', { taskId: `task ${i}` }, poll(i));
    expect(scene.inProgress.task).toBe(0);
  });

  it('is let go at shutdown, with its timer', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    scene.call(connection, asks());
    scene.longCalls.close();
    expect([scene.inProgress, scene.ended, vi.getTimerCount()]).toEqual([{ rounds: 0, task: 0 }, {}, 0]);
  });
});

/** A small generator of random numbers, so that a failure can be repeated. */
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
