import type { Message } from '../protocol/message.js';
import { redactText } from '../redact/text.js';

const MAX_LENGTH = 500;

/**
 * Returns the message of a failure: of the error that a handler threw, or else of the answer. Shortened, and without secrets.
 * Undefined if there is no message.
 *
 * @param mayShow whether the text of a failed tool is the message of an error, and no result
 */
export function failureOf(
  exception: unknown,
  answer: Message | undefined,
  mayShow: (text: string) => boolean,
): string | undefined {
  try {
    const text = messageOf(exception) ?? messageOf(answer?.error) ?? textOf(answer, mayShow);
    return text === undefined || text === '' ? undefined : redactText(text, MAX_LENGTH);
  } catch {
    // The message can't be read.
    return undefined;
  }
}

/** Reads the message of a thrown value, which may be anything. */
function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** Returns the text of a failed tool, in which SDKs put the error of its handler. */
function textOf(answer: Message | undefined, mayShow: (text: string) => boolean): string | undefined {
  const { isError, content } = (answer?.result ?? {}) as { isError?: unknown; content?: unknown };
  if (isError !== true || !Array.isArray(content)) return undefined;
  const text: unknown = content.find((part) => typeof part?.text === 'string')?.text;
  return typeof text === 'string' && mayShow(text) ? text : undefined;
}
