import { describe, expect, it } from 'vitest';
import { reasonOfFailure } from './reason.js';

const coded = (code: unknown, message = 'no') => Object.assign(new Error(message), { code });

describe('the reason of a failed check', () => {
  it.each([
    [coded('ECONNREFUSED'), 'refused'],
    [coded('ENOTFOUND'), 'unknown_host'],
    [coded('EAI_AGAIN'), 'unknown_host'],
    [coded('ETIMEDOUT'), 'timeout'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
    [coded('28P01'), 'denied'],
    [coded('ER_ACCESS_DENIED_ERROR'), 'denied'],
    [new Error('WRONGPASS invalid username-password pair'), 'denied'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
    [coded('ECONNRESET'), 'unreachable'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ENOTFOUND')]), 'refused'],
    [new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), 'unknown_host'],
    [new Error('9.8 % free'), 'failed'],
    ['text', 'failed'],
    [undefined, 'failed'],
  ])('is a word of a short list: %s', (error, reason) => {
    expect(reasonOfFailure(error)).toBe(reason);
  });

  it('is found for any thrown value', () => {
    const circular = new Error('no');
    circular.cause = circular;
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    );
    expect([circular, hostile].map(reasonOfFailure)).toEqual(['failed', 'failed']);
  });
});
