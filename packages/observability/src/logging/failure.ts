import type { Message } from '../protocol/message.js';
import { redactText } from '../redact/text.js';

const MAX_LENGTH = 500;

/**
 * What went wrong, in the words of whoever says so: of what a handler threw, else of the answer. Cut, and without secrets.
 * Undefined when nobody says anything.
 */
export function failureOf(exception: unknown, answer: Message | undefined): string | undefined {
  try {
    const text = messageOf(exception) ?? messageOf(answer?.error) ?? textOf(answer);
    return text === undefined || text === '' ? undefined : redactText(text, MAX_LENGTH);
  } catch {
    // What can't be read, nobody can be told.
    return undefined;
  }
}

/** Anything can be thrown. */
function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** Of a tool that failed: SDKs put there what its handler threw. */
function textOf(answer: Message | undefined): string | undefined {
  const { isError, content } = (answer?.result ?? {}) as { isError?: unknown; content?: unknown };
  if (isError !== true || !Array.isArray(content)) return undefined;
  const text: unknown = content.find((part) => typeof part?.text === 'string')?.text;
  return typeof text === 'string' ? text : undefined;
}
