import { expect, test } from 'vitest';
import { type Refusal, refusalReason } from './refusal.js';

const plain = { hasSession: false };

test.each<[string, Partial<Refusal> & { status: number }, string]>([
  ['credentials are missing', { status: 401 }, 'unauthorized'],
  ['a challenge without an error', { status: 401, wwwAuthenticate: 'Bearer realm="mcp"' }, 'unauthorized'],
  [
    'an expired token',
    { status: 401, wwwAuthenticate: 'Bearer error="invalid_token", error_description="expired"' },
    'invalid_token',
  ],
  [
    'a scope is missing',
    { status: 403, wwwAuthenticate: 'Bearer error="insufficient_scope"' },
    'insufficient_scope',
  ],
  ['a forbidden origin', { status: 403 }, 'forbidden'],
  ['a session that has ended', { status: 404, hasSession: true, error: { code: -32001 } }, 'unknown_session'],
  ['a path that is not there', { status: 404 }, 'other'],
  ['GET where only POST is served', { status: 405 }, 'method_not_allowed'],
  ['an Accept that allows no stream', { status: 406 }, 'not_acceptable'],
  ['a body that is too large', { status: 413 }, 'body_too_large'],
  ['a body that is no JSON', { status: 415 }, 'unsupported_media_type'],
  ['too many requests', { status: 429 }, 'rate_limited'],
  ['a body that cannot be read', { status: 400, error: { code: -32700 } }, 'unreadable'],
  ['a header that contradicts the body', { status: 400, error: { code: -32020 } }, 'header_mismatch'],
  ['an unknown protocol version', { status: 400, error: { code: -32022 } }, 'unsupported_version'],
  [
    'a version, as SDK v1 refuses it',
    { status: 400, error: { code: -32000, message: 'Bad Request: Unsupported protocol version: 1999' } },
    'unsupported_version',
  ],
  [
    'a message that SDK v1 cannot read, over SSE',
    { status: 400, error: { message: 'Invalid message: {"' } },
    'unreadable',
  ],
  ['an error whose members are anything', { status: 400, error: { code: {}, message: 7 } }, 'other'],
  ['a server that fails', { status: 503 }, 'other'],
])('%s', (_title, answer, reason) => {
  expect(refusalReason({ ...plain, ...answer })).toBe(reason);
});
