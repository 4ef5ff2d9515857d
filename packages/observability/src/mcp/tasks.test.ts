import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  about,
  answers,
  asks,
  augmented,
  becomes,
  done,
  Scene,
  SECOND,
  sleep,
} from '../../../../test/support/long-calls.js';
import type { Message } from '../protocol/message.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a task', () => {
  it.each<[string, object, string, string]>([
    ['completed', { result: done }, 'ok', ''],
    ['completed', { result: { ...done, isError: true } }, 'tool_error', 'tool_error'],
    ['failed', { error: { code: -32603 } }, 'server_error', '-32603'],
    ['failed', { error: { code: -32602 } }, 'client_error', '-32602'],
    ['failed', { error: { code: {} } }, 'server_error', '_other'],
    ['cancelled', {}, 'cancelled', 'cancelled'],
  ])('that is %s with %j ends as %s, once, however often that is reported', (status, more, outcome, type) => {
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
  ])('of 2025-11-25 that is %s and whose result is never requested is %s', (status, outcome) => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, becomes({}), augmented);
    sleep(5 * SECOND);
    scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status } });
    sleep(4 * SECOND);
    expect([scene.inProgress.task, scene.ended]).toEqual([0, { [`task search ${outcome} x1`]: 5 }]);
  });

  it('cannot be ended by a client: neither with an invented id, nor with one that the server denies', () => {
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

  it('lives as long as its server reports it as working, and is abandoned when nobody polls', () => {
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
  ])('with an invalid id is counted, and not followed', (task) => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, { task }, augmented);
    scene.ask(connection, 'tasks/get', about, { result: { taskId: 'a', status: 'completed' } });
    expect([scene.inProgress.task, scene.ended]).toEqual([0, {}]);
    expect(scene.requests).toEqual({ 'tools/call search task': 1, 'tasks/get  ok': 1 });
  });

  it.each([[7], [{}], [null], ['of tomorrow'], [undefined]])(
    'continues while its status is unknown: %j',
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
