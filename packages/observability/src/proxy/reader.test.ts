import { describe, expect, it } from 'vitest';
import { Line } from './lines.js';
import { MessageReader } from './reader.js';

function read(text: string): string[] {
  const found: string[] = [];
  const reader = {
    message: () => found.push('message'),
    unreadable: () => found.push('unreadable'),
    lost: () => found.push('lost'),
  };
  const bytes = Buffer.from(text);
  const line = new Line([bytes], bytes.length, false);
  new MessageReader(
    reader,
    () => undefined,
    () => true,
    false,
  ).line(line);
  return found;
}

describe('a short text', () => {
  it.each([
    ['{}', ['unreadable']],
    ['{"jsonrpc":"2.0"}', ['unreadable']],
    ['{"jsonrpc":"2.0","id":1}', ['unreadable']],
    ['{"jsonrpc":"2.0","method":""', ['unreadable']],
    ['{"jsonrpc":"2.0","method":""}', ['message']],
    ['{"jsonrpc":"2.0","result":1}', ['message']],
    ['{"jsonrpc":"2.0","error":{}}', ['message']],
    ['{"jsonrpc":"2.0","error":1}', ['message']],
    ['[]', ['unreadable']],
    ['[{},{}]', ['unreadable', 'unreadable']],
    [' {}', ['unreadable']],
    ['  \t', []],
    ['', []],
    ['no JSON', ['unreadable']],
  ])('is what a parser finds in it: %j', (text, found) => {
    expect(read(text)).toEqual(found);
  });
});
