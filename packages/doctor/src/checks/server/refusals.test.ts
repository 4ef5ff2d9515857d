import { SdkHttpError } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusals.js';

const URL = 'http://a/mcp';

function said(status: number, text: string): string | undefined {
  return refusal(URL, new SdkHttpError('CLIENT_HTTP_FAILED' as never, 'failed', { status, text }))?.found;
}

describe('refusal', () => {
  it.each([
    [
      403,
      '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Invalid Host header: a"},"id":null}',
      'answers 403 "Invalid Host header: a": the client is refused',
    ],
    [403, '{"error":"forbidden","error_description":"x"}', 'answers 403 "forbidden": the client is refused'],
    [403, '{"message":"no"}', 'answers 403 "no": the client is refused'],
    [403, '', 'answers 403: the client is refused'],
    [404, 'Cannot POST /', 'answers 404 "Cannot POST /": there is no MCP server at this path'],
    [500, 'null', 'answers 500 "null": the server failed'],
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
      'answers 502 "502 Bad Gateway": a gateway or proxy gets no answer from the server behind it',
    ],
    [
      503,
      '<p>upstream\n  connect error</p>',
      'answers 503 "upstream connect error": a gateway or proxy gets no answer from the server behind it',
    ],
  ])('says what %d and %s mean', (status, text, expected) => {
    expect(said(status, text)).toBe(`${URL} ${expected}`);
  });

  it('shows no more than the beginning of a long answer', () => {
    expect(said(500, 'x'.repeat(100_000))?.length).toBeLessThan(250);
  });

  it('leaves errors without an HTTP status, and a status of another check, to others', () => {
    expect(refusal(URL, new Error('fetch failed'))).toBeUndefined();
    expect(said(401, '')).toBeUndefined();
  });
});
