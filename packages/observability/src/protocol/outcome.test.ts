import { describe, expect, it } from 'vitest';
import {
  endingOf,
  errorTypeOf,
  isErrorToConventions,
  outcomeOf,
  transportErrorType,
  unsentEnding,
} from './outcome.js';

describe('the outcome of an answer', () => {
  it.each([
    [{ result: {} }, 'ok'],
    [{ result: { isError: false } }, 'ok'],
    [{ result: { isError: 'yes' } }, 'ok'],
    [{ result: { isError: true } }, 'tool_error'],
    [{ error: { code: -32700 } }, 'client_error'],
    [{ error: { code: -32600 } }, 'client_error'],
    [{ error: { code: -32601 } }, 'client_error'],
    [{ error: { code: -32602 } }, 'client_error'],
    [{ error: { code: -32002 } }, 'client_error'],
    [{ error: { code: -32020 } }, 'client_error'],
    [{ error: { code: -32021 } }, 'client_error'],
    [{ error: { code: -32022 } }, 'client_error'],
    [{ error: { code: -32042 } }, 'client_error'],
    [{ error: { code: -32603 } }, 'server_error'],
    [{ error: { code: 500 } }, 'server_error'],
    [{ error: {} }, 'server_error'],
  ])('%j is %s', (answer, outcome) => {
    expect(outcomeOf(answer)).toBe(outcome);
  });
});

describe('the outcome of an unfinished result', () => {
  it.each([
    [{ resultType: 'complete' }, 'ok'],
    [{ resultType: 'complete', isError: true }, 'tool_error'],
    [{ resultType: 'input_required' }, 'input_required'],
    [{ resultType: 'task', taskId: '1', status: 'working' }, 'task'],
    [{ resultType: 'task', isError: true }, 'task'],
    [{ resultType: 'of tomorrow' }, '_other'],
    [{ resultType: 7 }, '_other'],
    [{ resultType: null }, '_other'],
    [{ resultType: {} }, '_other'],
    [{ task: { taskId: '1', status: 'working' } }, 'ok'],
  ])('%j is %s', (result, outcome) => {
    expect(endingOf({ result })).toEqual({ outcome, type: outcome === 'tool_error' ? 'tool_error' : '' });
  });

  it.each([
    [{ task: { taskId: '1', status: 'working' } }, 'task'],
    [{ task: { taskId: {}, status: 7 } }, 'task'],
    [{ task: 'no' }, 'ok'],
    [{ task: null }, 'ok'],
    [{ isError: true }, 'tool_error'],
  ])('%j of a request for a task is %s', (result, outcome) => {
    expect(endingOf({ result }, true).outcome).toBe(outcome);
  });

  it('has a type only since the protocol defines one', () => {
    const answer = { result: { resultType: 'table' } };
    expect(endingOf(answer, false, '2025-11-25').outcome).toBe('ok');
    expect(endingOf(answer, false, '2026-07-28').outcome).toBe('_other');
  });

  it.each(['result', 'error'])('whose %s cannot be read has an unknown type', (member) => {
    const thrown = () => {
      throw new Error('no');
    };
    expect(endingOf(Object.defineProperty({}, member, { get: thrown }))).toEqual({
      outcome: '_other',
      type: '',
    });
  });
});

describe('the error type of an answer', () => {
  it.each([
    [{ result: { isError: true } }, 'tool_error'],
    [{ error: { code: -32603 } }, '-32603'],
    [{ error: { code: 1.5 } }, '_other'],
    [{ error: { code: 'x' } }, '_other'],
  ])('%j is %s', (answer, type) => {
    expect(errorTypeOf(answer)).toBe(type);
  });
});

describe('the error of the OpenTelemetry conventions', () => {
  it.each([
    [{ result: {} }, false],
    [{ result: { isError: true } }, true],
  ])('%j: %s', (answer, expected) => {
    expect(isErrorToConventions(endingOf(answer))).toBe(expected);
  });

  // The table of `mcp.server.status.attributes` in model/mcp/common.yaml, at the revision that `semconv.ts`
  // pins.
  it.each([
    [-32700, 'Parse error', false],
    [-32600, 'Invalid Request', false],
    [-32601, 'Method not found', false],
    [-32602, 'Invalid params', false],
    [-32002, 'Resource not found', false],
    [-32603, 'Internal error', true],
  ])('is code %i, %s: %s', (code, _, expected) => {
    expect(isErrorToConventions(endingOf({ error: { code } }))).toBe(expected);
  });

  it('is any other code, whether of JSON-RPC, of the protocol or of the server itself', () => {
    const spared = [-32700, -32600, -32601, -32602, -32002];
    const servers = Array.from({ length: 100 }, (_, i) => -32000 - i);
    const others = [-32020, -32021, -32022, -32042, -32604, -32768, -1, 0, 1, 404, 1001];
    const wrong = [...servers, ...others]
      .filter((code) => !spared.includes(code))
      .filter((code) => !isErrorToConventions(endingOf({ error: { code } })));
    expect(wrong).toEqual([]);
  });
});

describe('a refused request', () => {
  it.each([
    ['client_error', false],
    ['server_error', true],
  ] as const)('as %s is an error in the conventions: %s', (outcome, expected) => {
    expect(isErrorToConventions({ outcome, type: 'other', isRefused: true })).toBe(expected);
  });
});

describe('the error type of a transport', () => {
  it('is parse for unreadable input, and transport for all else', () => {
    expect(transportErrorType(new SyntaxError('x'))).toBe('parse');
    expect(transportErrorType({ name: 'ZodError' })).toBe('parse');
    expect(transportErrorType(new Error('Parse error: Invalid JSON'))).toBe('parse');
    expect(transportErrorType(new Error('ECONNRESET'))).toBe('transport');
    expect(transportErrorType(undefined)).toBe('transport');
  });
});

describe('the outcome of a request whose answer was not sent', () => {
  it.each([
    new TypeError('Do not know how to serialize a BigInt'),
    new Error('the event store is full'),
    'a string',
    undefined,
  ])('is a server error: %s', (reason) => {
    expect(unsentEnding(reason)).toEqual({ outcome: 'server_error', type: 'transport' });
  });

  it.each([
    new Error('No connection established for request ID: 7'),
    new Error('Not connected'),
    new Error('Response for request ID 7 is undeliverable: per-request stream is disconnected'),
    Object.assign(new TypeError('Invalid state'), { code: 'ERR_INVALID_STATE' }),
  ])('is that of a disconnected client: %s', (reason) => {
    expect(unsentEnding(reason)).toEqual({ outcome: 'cancelled', type: 'closed' });
  });
});
