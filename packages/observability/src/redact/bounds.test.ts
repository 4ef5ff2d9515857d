import { describe, expect, it } from 'vitest';
import { heldMs } from '../../../../test/support/measured.js';
import { REDACTED } from './keys.js';
import { redact } from './value.js';

const MAX_SHOWN = 4_096;
/** Ten thousand fields and items, each read up to four times, and the reads on each of two thousand objects. */
const MAX_READS = 55_000;
const MAX_TEXT = 80_000;

const items = <T>(count: number, item: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const wide = (count: number, value: unknown = 1) =>
  Object.fromEntries(items(count, (i) => [`k${i}`, value] as const));
function deep(levels: number, width: number): object {
  let value: object = {};
  for (let i = 0; i < levels; i++) value = { ...wide(width), next: value };
  return value;
}
function tree(levels: number, width: number): unknown {
  return levels === 0 ? 'leaf' : wide(width, tree(levels - 1, width));
}
function chain(length: number, text: string): Error {
  let error = new Error(text);
  for (let i = 0; i < length; i++) error = new Error(text, { cause: error });
  return error;
}

/** Returns the same value, and counts every read of a field or an item in it. */
function counted<T extends object>(value: T, reads: { count: number }): T {
  return new Proxy(value, {
    get(target, key) {
      reads.count++;
      const found: unknown = Reflect.get(target, key);
      return typeof found === 'object' && found !== null ? counted(found, reads) : found;
    },
  });
}

describe('the search for secrets in a value', () => {
  it.each<[string, () => object]>([
    ['one object of 20,000 keys', () => wide(20_000)],
    ['lists of numbers', () => ({ list: items(200_000, (i) => i) })],
    ['a list with gaps', () => ({ list: Object.assign([], { length: 2 ** 32 - 1 }) })],
    ['many wide objects', () => items(100, () => wide(1_000))],
    ['an object in an object', () => deep(10_000, 1)],
    ['wide and deep', () => deep(200, 200)],
    ['a tree', () => tree(3, 40) as object],
    ['small texts', () => ({ list: items(100_000, (i) => `s${i}`) })],
    ['empty texts', () => ({ list: items(100_000, () => '') })],
    ['empty objects', () => ({ list: items(100_000, () => ({})) })],
    ['empty lists', () => ({ list: items(100_000, () => []) })],
    ['pairs', () => items(100_000, (i) => [`k${i}`, i])],
    ['names and values', () => items(100_000, (i) => ({ key: `k${i}`, value: i }))],
    ['long keys', () => Object.fromEntries(items(40, (i) => [`${'x'.repeat(100_000)}${i}`, 1]))],
    ['a list of counts', () => ({ tokens: items(200_000, (i) => i) })],
    ['an object of counts', () => ({ tokens: wide(20_000) })],
    ['what is named in a field of its own', () => ({ name: 'tokens', value: wide(20_000) })],
    ['arguments of a command', () => ({ name: 'auth', args: items(100_000, (i) => i) })],
  ])('is bounded: %s', (_, shape) => {
    const reads = { count: 0 };
    const value = shape();
    expect(JSON.stringify(redact(value, MAX_SHOWN)).length).toBeLessThan(MAX_TEXT);
    redact(counted(value, reads), MAX_SHOWN);
    expect(reads.count).toBeLessThan(MAX_READS);
  });

  it.each<[string, () => object]>([
    ['a text as an object', () => ({ text: new String('x'.repeat(4_000_000)) })],
    ['numbers of 20,000 digits', () => ({ list: new Array(1_000).fill(10n ** 20_000n) })],
    ['binary data', () => ({ data: new Float64Array(1_000_000) })],
    ['errors in an error', () => ({ err: new AggregateError(items(20_000, () => new Error('no'))) })],
    ['an error of an error', () => ({ err: chain(5_000, 'no '.repeat(1_000)) })],
    ['fields of an error', () => ({ err: Object.assign(new Error('no'), wide(5_000)) })],
    [
      'a toJSON without end',
      () => ({
        toJSON: function again() {
          return { toJSON: again };
        },
      }),
    ],
    ['a toJSON that gives megabytes', () => items(10_000, () => ({ toJSON: () => 'y'.repeat(1_000_000) }))],
    [
      'a toJSON that throws much',
      () =>
        items(10_000, () => ({
          toJSON() {
            throw new Error('x'.repeat(10_000));
          },
        })),
    ],
  ])('takes little time: %s', (_, shape) => {
    const value = shape();
    let shown = '';
    expect(heldMs(() => (shown = JSON.stringify(redact(value, MAX_SHOWN))))).toBeLessThan(200);
    expect(shown.length).toBeLessThan(MAX_TEXT);
  });

  it.each<[string, (slow: () => number) => object]>([
    [
      'getters',
      (slow) =>
        Object.defineProperties({}, wide(2_000, { enumerable: true, get: slow }) as PropertyDescriptorMap),
    ],
    ['toJSON', (slow) => items(2_000, () => ({ toJSON: slow }))],
    ['proxies', (slow) => items(2_000, () => new Proxy({ a: 1 }, { ownKeys: () => [String(slow())] }))],
  ])('ends early if %s are slow', (_, shape) => {
    let calls = 0;
    const slow = () => {
      calls++;
      for (const end = performance.now() + 5; performance.now() < end; );
      return 1;
    };
    expect(JSON.stringify(redact(shape(slow)))).toContain('[cut]');
    // Ten of them take all the allowed time; the clock is read only now and then.
    expect(calls).toBeLessThan(100);
  });

  it('costs little more for one very wide object than the engine needs to list its keys', () => {
    const make = () => JSON.parse(JSON.stringify(wide(30_000))) as object;
    const [one, other] = [make(), make()];
    const listing = heldMs(() => Object.keys(one));
    expect(heldMs(() => redact({ tokens: other }, MAX_SHOWN))).toBeLessThan(3 * listing + 100);
  });
});

describe('an error', () => {
  it('shows its causes in message and stack, and its own fields', () => {
    const cause = Object.assign(new RangeError('disk full'), { code: 'ENOSPC' });
    const error = Object.assign(new TypeError('not saved', { cause }), { path: '/notes', token: 'x' });
    expect(redact(error)).toMatchObject({
      type: 'TypeError',
      message: 'not saved: disk full',
      stack: expect.stringMatching(/^TypeError: not saved\n[\s\S]*\ncaused by: RangeError: disk full\n/),
      path: '/notes',
      token: REDACTED,
    });
  });

  it('is shown when it is frozen, causes itself, or has a getter that throws', () => {
    const itself = new Error('again');
    itself.cause = itself;
    const throws = Object.defineProperty(new Error('no'), 'code', {
      enumerable: true,
      get() {
        throw new Error('never');
      },
    });
    expect(redact({ frozen: Object.freeze(new Error('cold')), itself, throws })).toMatchObject({
      frozen: { message: 'cold' },
      itself: { message: 'again' },
      throws: { message: 'no', code: '[unserialisable: never]' },
    });
  });

  it('shows the errors in it', () => {
    const error = new AggregateError([new RangeError('a'), { message: 'b', password: 'x' }], 'both');
    expect(redact(error)).toMatchObject({
      message: 'both',
      aggregateErrors: [
        { type: 'RangeError', message: 'a' },
        { message: 'b', password: REDACTED },
      ],
    });
  });
});
