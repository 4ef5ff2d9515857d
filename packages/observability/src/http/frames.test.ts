import { describe, expect, it } from 'vitest';
import { messagesIn, notificationMethod } from './frames.js';

const event = (json: string) => `event: message\ndata: ${json}\n\n`;

describe('the messages in server-sent events', () => {
  it.each([
    ['one event', event('{"a":1}'), ['{"a":1}']],
    ['several in one chunk', event('{"a":1}') + event('{"b":2}'), ['{"a":1}', '{"b":2}']],
    ['a comment that keeps the stream alive', ': keepalive\n\n', []],
    ['a comment before an event', `: hello\n\n${event('{"a":1}')}`, ['{"a":1}']],
    ['an event without data, as streams begin', 'id: 1\nretry: 10\ndata: \n\n', []],
    ['lines that end as on Windows', 'data: {"a":1}\r\n\r\n', ['{"a":1}']],
    ['nothing', '', []],
  ])('%s', (_, text, messages) => {
    expect(messagesIn(text)).toEqual(messages);
  });
});

describe('the method of a notification', () => {
  it.each([
    ['{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}', 'notifications/tools/list_changed'],
    ['{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage"}', undefined],
    ['{"jsonrpc":"2.0","id":1,"result":{"text":"\\"method\\":\\"notifications/x\\""}}', undefined],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', undefined],
  ])('in %s', (json, method) => {
    expect(notificationMethod(json)).toBe(method);
  });
});
