import { describe, expect, it } from 'vitest';
import { errorTypeOf, outcomeOf, transportErrorType } from './outcome.js';

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

describe('the error type of a transport', () => {
  it('is parse for what could not be read, and transport for all else', () => {
    expect(transportErrorType(new SyntaxError('x'))).toBe('parse');
    expect(transportErrorType({ name: 'ZodError' })).toBe('parse');
    expect(transportErrorType(new Error('Parse error: Invalid JSON'))).toBe('parse');
    expect(transportErrorType(new Error('ECONNRESET'))).toBe('transport');
    expect(transportErrorType(undefined)).toBe('transport');
  });
});
