import { describe, expect, it } from 'vitest';
import { heldMs, least } from '../../../../test/support/measured.js';
import { errorMessage, publicMessage } from './message.js';

describe('publicMessage', () => {
  it.each([
    ['no route to postgres://app:hunter2@db:5432/notes', 'no route to postgres://[redacted]@db:5432/notes'],
    ['redis://:hunter2@cache refused', 'redis://[redacted]@cache refused'],
    ['postgres://app:hun@ter/2@db/notes', 'postgres://[redacted]@db/notes'],
    ['two: a://u:p@x b://u:p@y', 'two: a://[redacted]@x b://[redacted]@y'],
    ['host=db password=hunter2 user=app', 'host=db password=[redacted] user=app'],
    ['https://db/x?token=hunter2&y=1', 'https://db/x?token=[redacted]&y=1'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  ])('removes the credentials from %j', (text, expected) => {
    expect(publicMessage(text)).toBe(expected);
  });

  it('is cut to 200 characters', () => {
    expect(publicMessage('long '.repeat(100))).toHaveLength(200);
  });

  it('shows no part of a password that is cut in the middle', () => {
    const text = `${'x'.repeat(10)} postgres://u@${'h'.repeat(950)} postgres://app:hunter2hunter2hunter2@db`;
    expect(publicMessage(text)).not.toContain('hunter2');
  });

  it('takes no longer for a huge message', async () => {
    const text = '://'.repeat(1_000_000);
    expect(await least(100, () => heldMs(() => publicMessage(text)))).toBeLessThan(100);
  });
});

describe('errorMessage', () => {
  const circular: { message?: unknown } = {};
  circular.message = circular;
  const hostile = {
    get message() {
      throw new Error('no');
    },
  };

  it.each([
    ['an error', new Error('refused'), 'refused'],
    ['a string', 'refused', 'refused'],
    [
      'an error without a message but with a code',
      Object.assign(new Error(''), { code: 'ENOENT' }),
      'ENOENT',
    ],
    [
      'several errors',
      new AggregateError([new Error('::1 refused'), new Error('v4 refused')]),
      '::1 refused; v4 refused',
    ],
    ['undefined', undefined, 'failed'],
    ['null', null, 'failed'],
    ['a number', 5, 'failed'],
    ['a symbol', Symbol('x'), 'failed'],
    ['a circular object', circular, 'failed'],
    ['an object that throws when read', hostile, 'failed'],
  ])('describes %s', (_, error, expected) => {
    expect(errorMessage(error)).toBe(expected);
  });

  it('survives errors that contain themselves', () => {
    const error = new AggregateError([]);
    error.errors.push(error);
    expect(errorMessage(error)).toBe('failed');
  });
});
