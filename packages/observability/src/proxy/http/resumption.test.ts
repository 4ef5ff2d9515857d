import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestId } from '../../protocol/message.js';
import { Resumption } from './resumption.js';

const A_WHILE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function resumption() {
  const givenUp: RequestId[] = [];
  return { resumption: new Resumption((id) => givenUp.push(id)), givenUp };
}

describe('requests whose streams broke', () => {
  it('are given up when nobody comes back', () => {
    const { resumption: waiting, givenUp } = resumption();
    waiting.broken([1, 'a']);
    expect(givenUp).toEqual([]);
    vi.advanceTimersByTime(A_WHILE);
    expect(givenUp).toEqual([1, 'a']);
  });

  it('are not while their client has come back, and are when it goes again', () => {
    const { resumption: waiting, givenUp } = resumption();
    waiting.broken([1, 2]);
    waiting.opened();
    waiting.answered(2);
    vi.advanceTimersByTime(A_WHILE);
    expect(givenUp).toEqual([]);
    waiting.ended();
    vi.advanceTimersByTime(A_WHILE);
    expect(givenUp).toEqual([1]);
  });

  it('are forgotten when their session ends', () => {
    const { resumption: waiting, givenUp } = resumption();
    waiting.broken([1]);
    waiting.close();
    vi.advanceTimersByTime(A_WHILE);
    expect(givenUp).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
