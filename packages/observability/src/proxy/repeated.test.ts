import { expect, it } from 'vitest';
import { withoutRepeated } from './repeated.js';

const read = (text: string) => withoutRepeated(text, JSON.parse(text));
const call = (params: string, rest = '') =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params}}${rest}}`;
const unknown = { params: { name: '_other' } };

it.each([
  ['a name', call('"name":"safe","name":"delete"')],
  ['a name, one of them written otherwise', call('"name":"safe","n\\u0061me":"delete"')],
  [
    'a name on both sides of arguments',
    call('"name":"safe","arguments":{"name":"x"},"name":"delete","a":[1]'),
  ],
  ['the same name', call('"name":"safe","name":"safe"')],
])('a request that says %s twice has none that anybody knows', (_, text) => {
  expect(read(text)).toMatchObject(unknown);
});

it.each([
  ['a method', call('"name":"a"', ',"method":"ping"')],
  ['an id', call('"name":"a"', ',"id":2')],
  ['its params', call('"name":"a"', ',"params":{"name":"b"}')],
])('a request that says %s twice cannot be read', (_, text) => {
  expect(read(text)).toBeUndefined();
});

it('in a batch only the request that repeats itself loses what it says', () => {
  const [one, two, three] = [call('"name":"a"'), call('"name":"a","name":"b"'), call('"name":"c"')];
  const batch = read(` [ ${one}, ${two} ,${three}]`) as unknown[];
  expect(batch).toEqual([JSON.parse(one), expect.objectContaining(unknown), JSON.parse(three)]);
});

it.each([
  call('"name":"a","arguments":{"name":"b","id":3,"method":"m","params":{"name":"c","name":"d"}}'),
  call('"name":"\\u0061","arguments":{"text":"\\"name\\":\\"x\\""}'),
  '[1,"a",null,{}]',
  '5',
])('what repeats nothing that tells stays as it is: %s', (text) => {
  expect(read(text)).toEqual(JSON.parse(text));
});

it('what is no JSON is left alone', () => {
  expect(withoutRepeated('{"name" "name" \\u', undefined)).toBeUndefined();
});
