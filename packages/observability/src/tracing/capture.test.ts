import type { Span } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { redact } from '../logging/redact.js';
import type { Message } from '../mcp/message.js';
import { capturedRequest, capturedResult } from './capture.js';

/** What a span says of a request and of its result. */
function captured(message: object, result: object = {}, maxLength = 4_096): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  const span = {
    setAttribute: (name: string, value: unknown) => Object.assign(attributes, { [name]: value }),
  };
  const capture = { arguments: true, results: true, resourceUris: true, maxLength, redact };
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

describe('captured content', () => {
  it.each([
    ['{"password":"hunter2","a":1}', '{"password":"[redacted]","a":1}'],
    ['\n[ {"token": "hunter2"} ]', '[{"token":"[redacted]"}]'],
    [
      JSON.stringify({ body: JSON.stringify({ password: 'hunter2' }) }),
      '{"body":"{\\"password\\":\\"[redacted]\\"}"}',
    ],
    ['Authorization: Bearer hunter2', 'Authorization: Bearer [redacted]'],
    ['postgres://u:hunter2@h/db', 'postgres://h/db'],
  ])('has no secrets in texts: %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
    expect(args({ text })).toBe(JSON.stringify({ text: shown }));
  });

  it.each(['{oops', '[INFO] done', '{"password":', '{', 'plain', 'Who? token=me', '{"a":1,"tokens":5}'])(
    'shows other texts as they are: %j',
    (text) => {
      expect(shownText(text)).toBe(text);
    },
  );

  it('shows no JSON that is too long to be looked through', () => {
    const long = JSON.stringify({ password: 'hunter2', pad: 'x'.repeat(40_000) });
    expect(shownText(long)).toBe('[cut]');
    const many = Array.from({ length: 10 }, () => ({ text: JSON.stringify({ pad: 'x'.repeat(9_000) }) }));
    const text = String(captured({ method: 'ping' }, { many }, 100)['gen_ai.tool.call.result']);
    expect(text).toHaveLength(100);
  });

  it('is cut after redaction', () => {
    expect(result('{"password":"hunter2"}', 60)).not.toContain('hunter2');
    expect(uri('https://u:hunter2@h/x', 15)).toBe('https://h/x');
  });
});

describe('a captured resource URI', () => {
  it.each([
    ['https://u:hunter2@h/x?access_token=hunter2', 'https://h/x?access_token=[redacted]'],
    ['https://hunter2@h/x', 'https://h/x'],
    [
      'https://h/x?a=1&Api%2DKey=hunter2&b=2#token=hunter2',
      'https://h/x?a=1&Api%2DKey=[redacted]&b=2#token=[redacted]',
    ],
    [
      'https://h/x?X-Amz-Signature=hunter2&sig=hunter2',
      'https://h/x?X-Amz-Signature=[redacted]&sig=[redacted]',
    ],
    ['jdbc:postgresql://u:p@ss@h/db;password=hunter2', 'jdbc:postgresql://h/db;password=[redacted]'],
  ])('has no secrets: %s', (text, shown) => {
    expect(uri(text)).toBe(shown);
  });

  it.each([
    'note://first',
    'https://h/@scope/name?at=a@b&author=me&max_tokens=5',
    'file:///a/b.txt',
    'no uri',
    '?%',
  ])('is left alone otherwise: %s', (text) => {
    expect(uri(text)).toBe(text);
  });
});
