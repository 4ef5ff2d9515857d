import { describe, expect, it } from 'vitest';
import { REDACTED, redact } from './redact.js';

describe('redaction', () => {
  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'token',
    'access_token',
    'refreshToken',
    'password',
    'userPassword',
    'passwd',
    'apiKey',
    'api_key',
    'X-API-Key',
    'client_secret',
    'privateKey',
    'credentials',
    'cookies',
    'passwords',
    'passphrase',
    'secretAccessKey',
    'signing_key',
  ])('hides %s at any depth', (key) => {
    const value = { a: [{ b: { [key]: 'hunter2', kept: 1 } }] };
    expect(redact(value)).toEqual({ a: [{ b: { [key]: REDACTED, kept: 1 } }] });
    expect(value.a[0]?.b[key]).toBe('hunter2');
  });

  it.each(['progressToken', 'maxTokens', 'tokens', 'author', 'key', 'passenger'])(
    'leaves %s alone',
    (key) => {
      const value = { [key]: 'shown' };
      expect(redact(value)).toBe(value);
    },
  );

  it('gives back the very same object where nothing had to change', () => {
    const value = { a: 1, b: { c: ['d'] } };
    expect(redact(value)).toBe(value);
  });

  it('finds secrets in errors, and keeps their type, message and stack', () => {
    const error = Object.assign(new TypeError('no'), { config: { headers: { Authorization: 'Bearer x' } } });
    expect(redact({ err: error })).toMatchObject({
      err: { type: 'TypeError', message: 'no', config: { headers: { Authorization: REDACTED } } },
    });
  });

  it('looks at what toJSON gives', () => {
    expect(redact({ request: { toJSON: () => ({ token: 'x' }) }, at: new Date(0) })).toEqual({
      request: { token: REDACTED },
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('survives what can not be serialised', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throws = {
      get boom() {
        throw new Error('no');
      },
    };
    const value = {
      circular,
      big: 1n,
      proxy,
      throws,
      json: {
        toJSON() {
          throw new Error('never');
        },
      },
    };
    const text = JSON.stringify(redact(value));
    expect(JSON.parse(text)).toEqual({
      circular: { self: '[circular]' },
      big: '1',
      proxy: expect.stringContaining('[unserialisable'),
      throws: { boom: '[unserialisable: no]' },
      json: '[unserialisable: never]',
    });
  });

  it('is bounded in depth, size and length of strings', () => {
    let deep: object = { token: 'x' };
    for (let i = 0; i < 100; i++) deep = { deep };
    const text = JSON.stringify(
      redact({ deep, wide: Array.from({ length: 100_000 }, () => ({ a: 1 })), long: 'x'.repeat(1e6) }),
    );
    expect(text).toContain('[cut]');
    expect(text.length).toBeLessThan(1_100_000);
    expect(text).not.toContain('"x"');
  });
});
