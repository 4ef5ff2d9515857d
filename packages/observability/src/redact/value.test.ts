import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { heldMs } from '../../../../test/support/measured.js';
import { REDACTED } from './keys.js';
import { redact } from './value.js';

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
    'tokens',
    'accessTokens',
    'tokenValue',
    'user_passwd',
    'db_pwd',
    'dbPass',
    'pass',
    'password_confirmation',
    'password2',
    'newPassword',
    'passphrases',
    'API Key',
    'auth',
    'jwt',
    'bearer',
    'rawHeaders',
    '_header',
    'outputData',
  ])('hides %s at any depth', (key) => {
    const value = { a: [{ b: { [key]: 'hunter2', kept: 1 } }] };
    expect(redact(value)).toEqual({ a: [{ b: { [key]: REDACTED, kept: 1 } }] });
    expect(value.a[0]?.b[key]).toBe('hunter2');
  });

  it.each([
    'progressToken',
    'maxTokens',
    'tokenCount',
    'author',
    'authors',
    'key',
    'passenger',
    'passed',
    'bypass',
    'compass',
    'header',
    'requiresAuth',
    'passwordLength',
  ])('leaves %s alone', (key) => {
    const value = { [key]: 'shown' };
    expect(redact(value)).toBe(value);
  });

  it.each([
    { tokens: 512 },
    { tokens: { prompt: 12, completion: 500 } },
    { usage: { input_tokens: 3, totalTokens: 515 } },
    { pass: 12, fail: 0 },
    { auth: true },
  ])('leaves counts alone: %j', (value) => {
    expect(redact(value)).toBe(value);
  });

  it('recognises headers in pairs', () => {
    const headers = [
      ['Authorization', 'hunter2'],
      ['accept', '*/*'],
    ];
    expect(redact({ headers })).toEqual({
      headers: [
        ['Authorization', REDACTED],
        ['accept', '*/*'],
      ],
    });
    const three = ['token', 'limit', 'offset'];
    expect(redact({ three })).toEqual({ three });
  });

  it('returns the same object if nothing had to change', () => {
    const value = { a: 1, b: { c: ['d'] } };
    expect(redact(value)).toBe(value);
  });

  it('hides secrets in errors, and keeps their type, message and stack', () => {
    const error = Object.assign(new TypeError('no'), { config: { headers: { Authorization: 'Bearer x' } } });
    expect(redact({ err: error })).toMatchObject({
      err: { type: 'TypeError', message: 'no', config: { headers: { Authorization: REDACTED } } },
    });
  });

  it('keeps the type of an error that has its own toJSON, or comes from another realm', () => {
    class HttpError extends Error {}
    Object.assign(HttpError.prototype, { toJSON: () => ({ token: 'x' }) });
    const foreign: unknown = runInNewContext('new RangeError("far")');
    expect(redact({ near: new HttpError('no'), foreign })).toMatchObject({
      near: { type: 'HttpError', message: 'no', stack: expect.stringContaining('value.test') },
      foreign: { type: 'RangeError', message: 'far' },
    });
    expect(JSON.parse(JSON.stringify(redact(new HttpError('no'))))).toMatchObject({ type: 'HttpError' });
  });

  it('searches the result of toJSON', () => {
    expect(redact({ request: { toJSON: () => ({ token: 'x' }) }, at: new Date(0) })).toEqual({
      request: { token: REDACTED },
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('searches the result of a toJSON that returns its own object', () => {
    const itself = {
      v: 1,
      token: 'x',
      toJSON() {
        return itself;
      },
    };
    expect(JSON.stringify(redact({ itself }))).toBe(`{"itself":{"v":1,"token":"${REDACTED}"}}`);
  });

  it('always returns an object', () => {
    expect(redact(new Date(0))).toEqual({ value: '1970-01-01T00:00:00.000Z' });
  });

  it('survives what cannot be serialised', () => {
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
      worse: {
        toJSON() {
          throw proxy;
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
      worse: '[unserialisable: it threw]',
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

describe('a field that describes another one', () => {
  it.each([
    [
      { name: 'auth', args: ['hunter2'] },
      { name: 'auth', args: REDACTED },
    ],
    [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'DB_PASSWORD', value: REDACTED },
    ],
    [
      { key: 'x-api-key', value: 'hunter2' },
      { key: 'x-api-key', value: REDACTED },
    ],
  ])('hides it: %j', (value, shown) => {
    expect(redact({ value })).toEqual({ value: shown });
  });

  it.each([{ name: 'get', args: ['a'] }, { name: 'LOG', value: 'info' }, { name: 'auth' }])(
    'leaves others alone: %j',
    (value) => {
      expect(redact(value)).toBe(value);
    },
  );
});

describe('texts within a value', () => {
  it('lose their secrets, as values, in lists and as keys', () => {
    const url = 'postgres://app:hunter2@db/notes';
    const shown = 'postgres://[redacted]@db/notes';
    expect(redact({ dsn: url, all: [1, url], pools: { [url]: { size: 3 } } })).toEqual({
      dsn: shown,
      all: [1, shown],
      pools: { [shown]: { size: 3 } },
    });
  });

  it('cost a bounded amount, however large the value is', () => {
    const list = Array.from({ length: 1_000_000 }, (_, i) => i);
    const lines = Array.from({ length: 40_000 }, (_, i) => `password=hunter${i} `.repeat(5));
    const text = 'password=hunter2 '.repeat(250_000);
    for (const value of [{ list }, { lines }, { text }, { [text]: 1 }, { deep: { list, lines, text } }]) {
      let shown = '';
      // To read all of the original takes a hundred times as long.
      expect(heldMs(() => (shown = JSON.stringify(redact(value, 4_096))))).toBeLessThan(100);
      expect(shown.length).toBeLessThan(60_000);
      expect(shown).not.toContain('hunter');
      expect(shown).toContain('[cut]');
    }
  });
});
