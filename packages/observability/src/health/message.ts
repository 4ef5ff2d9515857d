import { redactText } from '../redact/text.js';

const MAX_LENGTH = 200;

/** Returns a short message without credentials, which errors of database clients often quote. */
export function publicMessage(text: string): string {
  return redactText(text, MAX_LENGTH).slice(0, MAX_LENGTH);
}

/** Returns the message of an error. Any value can be thrown, and reading it may throw again. */
export function errorMessage(error: unknown): string {
  try {
    return publicMessage(describe(error)) || 'failed';
  } catch {
    return 'failed';
  }
}

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, code, errors } = error as { message?: unknown; code?: unknown; errors?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  // For a host with several addresses, Node's connection error is an AggregateError without a message.
  if (Array.isArray(errors) && errors.length > 0) return errors.slice(0, 3).map(describe).join('; ');
  return typeof code === 'string' ? code : '';
}
