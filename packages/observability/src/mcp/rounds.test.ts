import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  answers,
  asks,
  counted,
  done,
  HOUR,
  Scene,
  SECOND,
  sleep,
} from '../../../../test/support/long-calls.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a call of several rounds', () => {
  it('counts once, with the outcome of its end and its whole time, whatever connections its rounds use', () => {
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

  it('measures how long users took, by kind of question', () => {
    const scene = new Scene();
    const connection = scene.connection();
    scene.call(connection, asks());
    sleep(40 * SECOND);
    scene.call(connection, done, answers);
    const { serverRequests, serverRequestDuration } = scene.families;
    expect(counted(serverRequests)).toEqual({ 'elicitation/create url ok': 1 });
    expect(serverRequestDuration.sum(serverRequestDuration.slot('elicitation/create', 'url'))).toBe(40);
  });

  it('is distinguished from that of another client, another tool and another state', () => {
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

  it('of several that cannot be distinguished ends as often as it began, and their times add up', () => {
    const scene = new Scene();
    for (let i = 0; i < 3; i++) {
      scene.call(scene.connection('streamable_http'), asks());
      sleep(SECOND);
    }
    for (let i = 0; i < 4; i++) scene.call(scene.connection('streamable_http'), done, answers);
    expect([scene.inProgress.rounds, scene.ended]).toEqual([0, { 'rounds search ok x3': 6 }]);
  });

  it('that is never continued is abandoned after an hour, and leaves no timer', () => {
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
