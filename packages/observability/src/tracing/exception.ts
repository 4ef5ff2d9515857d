import type { Span } from '@opentelemetry/api';
import { redactText } from '../redact/text.js';
import * as semconv from '../semconv.js';

/** How many characters of an error's message and stack are shown. */
export const MAX_MESSAGE = 4_096;
const MAX_STACK = 16_384;

/** Adds the exception as an event, according to the conventions. The stack only if it is enabled. */
export function recordException(span: Span, exception: unknown, withStack: boolean): void {
  const { name, message, stack } = describe(exception);
  span.addEvent('exception', {
    [semconv.EXCEPTION_TYPE]: name,
    [semconv.EXCEPTION_MESSAGE]: redactText(message, MAX_MESSAGE),
    ...(withStack && stack !== undefined && { [semconv.EXCEPTION_STACKTRACE]: redactText(stack, MAX_STACK) }),
  });
}

interface Description {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Anything can be thrown: an object without a text, or one that throws when it is read. */
function describe(exception: unknown): Description {
  try {
    const { name, message, stack } = (exception ?? {}) as Partial<Error>;
    return {
      name: typeof name === 'string' ? name : typeof exception,
      message: typeof message === 'string' ? message : String(exception),
      stack: typeof stack === 'string' ? stack : undefined,
    };
  } catch {
    return { name: typeof exception, message: '[unprintable]', stack: undefined };
  }
}
