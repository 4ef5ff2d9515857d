import type { Span } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { heldMs } from '../../../../test/support/measured.js';
import type { Message } from '../protocol/message.js';
import { capturedRequest, capturedResult } from './capture.js';

/** Returns what a span contains of a request and of its result. */
function captured(message: object, result: object = {}, maxLength = 4_096): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  const span = {
    setAttribute: (name: string, value: unknown) => Object.assign(attributes, { [name]: value }),
  };
  const capture = { arguments: true, results: true, resourceUris: true, maxLength };
  capturedRequest(span as unknown as Span, message as Message, capture);
  capturedResult(span as unknown as Span, 'tools/call', { result } as unknown as Message, capture);
  return attributes;
}

const uri = (text: string, maxLength?: number) =>
  captured({ method: 'resources/read', params: { uri: text } }, {}, maxLength)['mcp.resource.uri'];
const args = (value: object) =>
  captured({ method: 'tools/call', params: { arguments: value } })['gen_ai.tool.call.arguments'];
const result = (text: string, maxLength?: number) => {
  const content = { content: [{ type: 'text', text }] };
  return String(captured({ method: 'ping' }, content, maxLength)['gen_ai.tool.call.result']);
};
const shownText = (text: string) => JSON.parse(result(text)).content[0].text as string;

describe('captured arguments of a prompt', () => {
  const variables = (values: unknown, maxLength?: number) =>
    captured({ method: 'prompts/get', params: { name: 'greet', arguments: values } }, {}, maxLength);
  const shown = (values: unknown, maxLength?: number) =>
    Object.fromEntries(
      Object.entries(variables(values, maxLength)).filter(([key]) =>
        key.startsWith('gen_ai.prompt.variable.'),
      ),
    );

  it('are one attribute each, under the names of the conventions', () => {
    expect(shown({ user_name: 'Alice', language: 'French', count: 3, deep: { a: 1 } })).toEqual({
      'gen_ai.prompt.variable.user_name': 'Alice',
      'gen_ai.prompt.variable.language': 'French',
      'gen_ai.prompt.variable.count': '3',
      'gen_ai.prompt.variable.deep': '{"a":1}',
    });
  });

  it('contain no secrets', () => {
    expect(shown({ password: 'hunter2', note: 'at postgres://u:hunter2@h/db' })).toEqual({
      'gen_ai.prompt.variable.password': '[redacted]',
      'gen_ai.prompt.variable.note': 'at postgres://[redacted]@h/db',
    });
  });

  it('are bounded in number, in their names and in their total length', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`v${i}`, 'x'.repeat(100)]));
    expect(Object.keys(shown(many)).length).toBeLessThanOrEqual(50);
    expect(Object.values(shown(many, 250)).join('').length).toBeLessThanOrEqual(250);
    expect(Object.keys(shown({ ['n'.repeat(5_000)]: 'x' }))[0]).toHaveLength(223);
  });

  it.each([undefined, null, 'text', 7, []])('that are invalid leave nothing: %j', (values) => {
    expect(shown(values)).toEqual({});
  });
});

describe('captured content', () => {
  it.each([
    ['{"password":"hunter2","a":1}', '{"password":"[redacted]","a":1}'],
    ['\n[ {"token": "hunter2"} ]', '\n[ {"token": "[redacted]"} ]'],
    [
      JSON.stringify({ body: JSON.stringify({ password: 'hunter2' }) }),
      '{"body":"{\\"password\\":\\"[redacted]\\"}"}',
    ],
    ['Authorization: Bearer hunter2', 'Authorization: [redacted]'],
    ['postgres://u:hunter2@h/db', 'postgres://[redacted]@h/db'],
  ])('has no secrets in texts: %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
    expect(args({ text })).toBe(JSON.stringify({ text: shown }));
  });

  it.each(['{oops', '[INFO] done', '{"password":', '{', 'plain', 'Who? token=', '{"a":1,"tokens":5}'])(
    'keeps other texts unchanged: %j',
    (text) => {
      expect(shownText(text)).toBe(text);
    },
  );

  it('is searched as far as it is shown, also in long JSON', () => {
    const long = JSON.stringify({ password: 'hunter2', pad: 'x'.repeat(40_000) });
    expect(result(long)).toContain('\\"[redacted]\\"');
    expect(result(long)).not.toContain('hunter2');
    const many = Array.from({ length: 10 }, () => ({ text: JSON.stringify({ pad: 'x'.repeat(9_000) }) }));
    const text = String(captured({ method: 'ping' }, { many }, 100)['gen_ai.tool.call.result']);
    expect(text).toHaveLength(100);
  });

  it.each([
    ['one text', { text: 'password=hunter2 '.repeat(250_000) }],
    [
      'a text of JSON',
      { text: JSON.stringify(Array.from({ length: 100_000 }, () => ({ password: 'hunter2' }))) },
    ],
    ['many texts', { texts: Array.from({ length: 100_000 }, () => 'postgres://app:hunter2@db/notes') }],
    ['many objects', { rows: Array.from({ length: 200_000 }, (_, id) => ({ id, password: 'hunter2' })) }],
  ])('costs a bounded amount for 4 MB: %s', (_, value) => {
    // The first run compiles the code.
    args({ text: 'password=hunter2 '.repeat(300) });
    let shown: ReturnType<typeof args>;
    // It was 246 to 658 ms before; now 1 to 3.
    expect(heldMs(() => (shown = args(value)))).toBeLessThan(60);
    expect(shown).not.toContain('hunter2');
  });

  it('is truncated after redaction', () => {
    expect(result('{"password":"hunter2"}', 60)).not.toContain('hunter2');
    expect(uri('https://u:hunter2@h/x', 15)).toBe('https://[redact');
  });
});

describe('a captured resource URI', () => {
  it.each([
    ['https://u:hunter2@h/x?access_token=hunter2', 'https://[redacted]@h/x?access_token=[redacted]'],
    ['https://hunter2@h/x', 'https://[redacted]@h/x'],
    [
      'https://h/x?a=1&Api%2DKey=hunter2&b=2#token=hunter2',
      'https://h/x?a=1&Api%2DKey=[redacted]&b=2#token=[redacted]',
    ],
    [
      'https://h/x?X-Amz-Signature=hunter2&sig=hunter2',
      'https://h/x?X-Amz-Signature=[redacted]&sig=[redacted]',
    ],
    [
      'jdbc:postgresql://u:p@ss@h/db;password=hunter2',
      'jdbc:postgresql://[redacted]@h/db;password=[redacted]',
    ],
  ])('contains no secrets: %s', (text, shown) => {
    expect(uri(text)).toBe(shown);
  });

  it.each([
    'note://first',
    'https://h/@scope/name?at=a@b&author=me&max_tokens=5',
    'file:///a/b.txt',
    'no uri',
    '?%',
  ])('is unchanged otherwise: %s', (text) => {
    expect(uri(text)).toBe(text);
  });
});

describe('arguments of a request over HTTP', () => {
  /** Returns which attributes exist, and how often all keys were listed. */
  const looked = (headers: Record<string, string> | undefined, method = 'tools/call') => {
    let listed = 0;
    const values = new Proxy(
      { a: 'shown' },
      {
        ownKeys: (target) => {
          listed++;
          return Reflect.ownKeys(target);
        },
      },
    );
    const attributes: Record<string, unknown> = {};
    const span = {
      setAttribute: (name: string, value: unknown) => Object.assign(attributes, { [name]: value }),
    };
    const capture = { arguments: true, results: true, resourceUris: true, maxLength: 4_096 };
    const message = { method, params: { name: 'x', arguments: values } };
    const extra = headers && { requestInfo: { headers } };
    capturedRequest(span as unknown as Span, message as unknown as Message, capture, extra as never);
    return { listed: listed > 0, shown: Object.values(attributes).join() };
  };

  it.each([
    ['that does not say where it comes from', undefined],
    ['of a usual size', { 'content-length': '2000' }],
    ['of 256 kB', { 'content-length': '262144' }],
  ])('are captured from one %s', (_, headers) => {
    expect(looked(headers)).toEqual({ listed: true, shown: '{"a":"shown"}' });
    expect(looked(headers, 'prompts/get')).toEqual({ listed: true, shown: 'shown' });
  });

  it.each([
    ['of more', { 'content-length': '262145' }],
    ['without a length, as HTTP/2 may have it', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
    ['that is compressed', { 'content-length': '2000', 'content-encoding': 'gzip' }],
  ])('are not read from one %s, because the number of keys is unknown', (_, headers) => {
    expect(looked(headers)).toEqual({ listed: false, shown: '[cut: the request is too large]' });
    expect(looked(headers, 'prompts/get')).toEqual({ listed: false, shown: '' });
  });
});
