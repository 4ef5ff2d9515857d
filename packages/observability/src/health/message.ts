import { redactText } from '../redact/text.js';

const MAX_LENGTH = 200;

/** A message that is short, and without the credentials that the errors of database clients like to quote. */
export function publicMessage(text: string): string {
  return redactText(text, MAX_LENGTH).slice(0, MAX_LENGTH);
}

/** What an error says; anything can be thrown, and reading it may throw again. */
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
  // Node's connect errors for a host with several addresses are an AggregateError without a message.
  if (Array.isArray(errors) && errors.length > 0) return errors.slice(0, 3).map(describe).join('; ');
  return typeof code === 'string' ? code : '';
}
