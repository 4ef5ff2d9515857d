import { describe, expect, it } from 'vitest';
import { withMeta as withMetaBytes } from './inject-meta.js';

const carrier = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
const own = JSON.stringify(carrier).slice(1, -1);

const withMeta = (text: string, from: Record<string, string>) =>
  withMetaBytes(Buffer.from(text), from).toString();

describe('a trace context in the _meta of a request', () => {
  it.each([
    ['{"id":1,"method":"ping"}', `{"params":{"_meta":{${own}}},"id":1,"method":"ping"}`],
    ['{"params":{},"id":1}', `{"params":{"_meta":{${own}}},"id":1}`],
    ['{"id":1,"params":{"name":"a"}}', `{"id":1,"params":{"_meta":{${own}},"name":"a"}}`],
    ['{"params":{"_meta":{}}}', `{"params":{"_meta":{${own}}}}`],
    [
      '{"params":{"_meta":{"progressToken":7,"traceparent":"00-old"}}}',
      `{"params":{"_meta":{"progressToken":7,${own}}}}`,
    ],
    ['{"params":{"_meta":{"traceparent":"00-old"},"name":"a"}}', `{"params":{"_meta":{${own}},"name":"a"}}`],
  ])('takes its place in %s', (text, expected) => {
    expect(withMeta(text, carrier)).toBe(expected);
  });

  it('changes nothing else: neither digits, nor spaces, nor order, nor escapes', () => {
    const before =
      '\n { "id" : 12345678901234567890.10 , "a\\"params" : [ {"params": {}} , "}," ] ,\t"params"\n: {';
    const after = ' "n" : 1e400 , "_meta" : null , "s" : "\\u0022 } , ] { [" } } ';
    expect(withMeta(before + after, carrier)).toBe(before + after);
    const meta = after.replace('null', '{ "a" : 1.00 }');
    expect(withMeta(before + meta, carrier)).toBe(
      before + meta.replace('{ "a" : 1.00 }', `{"a" : 1.00,${own}}`),
    );
  });

  it.each(['{"params":[1]}', '{"params":null}', '{"params":{"_meta":[]}}', '[{"id":1}]', ''])(
    'leaves %s alone',
    (text) => {
      expect(withMeta(text, carrier)).toBe(text);
    },
  );

  it('leaves bytes alone that are no text', () => {
    const bytes = Buffer.concat([Buffer.from('{"id":1,"a":"'), Buffer.of(0xff), Buffer.from('"}')]);
    expect(withMetaBytes(bytes, carrier)).toBe(bytes);
  });

  it('is what a parser finds there, whatever else there is', () => {
    for (let run = 0; run < 500; run++) {
      const message = { id: run, params: { ...anything(3), _meta: anything(2) }, rest: anything(4) };
      const text = JSON.stringify(message, null, run % 3);
      const expected = {
        ...message,
        params: { ...message.params, _meta: { ...message.params._meta, ...carrier } },
      };
      expect(JSON.parse(withMeta(text, carrier))).toEqual(JSON.parse(JSON.stringify(expected)));
    }
  });
});

const STRINGS = ['', 'a', '"', '\\', '\\"', '{', '}', '[,]', ':', 'params', '_meta', 'ü\n'];

/** An object of objects, lists, strings and numbers, some of which look like what they are not. */
function anything(depth: number): Record<string, unknown> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  const value = (): unknown => {
    const kind = Math.floor(Math.random() * (depth > 0 ? 6 : 4));
    if (kind === 4) return anything(depth - 1);
    if (kind === 5) return [anything(depth - 1), pick(STRINGS), 1];
    return [Math.random() * 1e6, pick(STRINGS), null, true][kind];
  };
  return Object.fromEntries(
    Array.from({ length: Math.floor(Math.random() * 4) }, () => [pick(STRINGS), value()]),
  );
}
