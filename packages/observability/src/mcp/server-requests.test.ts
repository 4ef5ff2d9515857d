import { describe, expect, it } from 'vitest';
import type { Recorder } from '../metrics/recorder.js';
import type { Peer } from './peer.js';
import type { Question } from './server-request.js';
import { ServerRequests } from './server-requests.js';
import { Waiting } from './waiting.js';

function received(responses: unknown): string[] {
  const answered: string[] = [];
  const recorder = {
    serverRequestEnded: ({ method, mode }: Question, outcome: string) =>
      answered.push([method, mode, outcome].join(' ')),
  } as unknown as Recorder;
  new ServerRequests({ recorder }, {} as Peer, new Waiting(recorder)).inputReceived(responses, undefined, 0);
  return answered;
}

describe('answers that come within a request', () => {
  it('are counted by their question', () => {
    expect(received({ a: { action: 'accept' }, b: { roots: [] }, c: 7 })).toEqual([
      'elicitation/create  ok',
      'roots/list  ok',
      '_other  ok',
    ]);
  });

  it.each([
    [{ action: 'accept', content: {} }, 'form ok'],
    [{ action: 'accept' }, ' ok'],
    [{ action: 'decline' }, ' declined'],
    [{ action: 'cancel' }, ' dismissed'],
    [{ action: 'ponder' }, ' _other'],
    [{ action: { toString: 'no' } }, ' _other'],
  ])('of a user, %j, are distinguished: %s', (response, expected) => {
    expect(received({ a: response })).toEqual([`elicitation/create ${expected}`]);
  });

  it('are no more than a server may have asked for', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, id) => [id, {}]));
    expect(received(many)).toHaveLength(100);
  });

  it.each([['x'.repeat(4_000_000)], [[{ action: 'accept' }]], [null], [7]])(
    'are ignored when they are no object',
    (responses) => {
      expect(received(responses)).toEqual([]);
    },
  );
});
