import { types } from 'node:util';
import { CUT, MAX_STRING } from './text.js';

/** The depth of nested errors. Deeper ones are not shown. */
const MAX_CAUSES = 10;
/** How many fields of an error are shown that a program added. */
const MAX_FIELDS = 200;
/** How many characters of each text are read. More than are shown of all together, so that no secret is cut in half. */
const MAX_TEXT = 2 * MAX_STRING;

export function isError(value: object): value is Error {
  // An error of another realm is no instance of `Error`, so its form decides.
  return value instanceof Error || ('stack' in value && types.isNativeError(value));
}

/**
 * Returns an error in the form of pino's own serialiser: its message and stack include those of its causes, and errors inside it
 * stay errors. The original is not changed, since it may be frozen. Its fields are read later, as far as there is room.
 */
export function fieldsOf(
  error: Error,
  read: (value: object, key: string) => unknown,
): Record<string, unknown> {
  const causes = causesOf(error);
  // Without a prototype, since a field may have any name.
  const fields: Record<string, unknown> = Object.create(null);
  fields.type = error.constructor?.name ?? error.name;
  fields.message = causes.map(({ message }) => text(message)).join(': ');
  fields.stack = causes.map(({ stack }) => text(stack)).join('\ncaused by: ');
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) fields.aggregateErrors = errors;
  let count = 0;
  for (const key in error) {
    if (++count > MAX_FIELDS) {
      fields[CUT] = CUT;
      break;
    }
    // Its own `toJSON` would show the original when it is written.
    if (key in fields || key === 'toJSON') continue;
    if (key === 'cause' && causes.length > 1) continue;
    fields[key] = read(error, key);
  }
  return fields;
}

/** Returns an error and its causes, the latest first. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let one: unknown = error; isLikeError(one) && !causes.includes(one); one = causeOf(one)) {
    if (causes.length === MAX_CAUSES) break;
    causes.push(one);
  }
  return causes;
}

/** In some libraries, `cause` is a method. */
function causeOf(error: Error): unknown {
  return typeof error.cause === 'function' ? error.cause() : error.cause;
}

function isLikeError(value: unknown): value is Error {
  return typeof (value as Error | undefined)?.message === 'string';
}

function text(value: string | undefined): string {
  return (value ?? '').slice(0, MAX_TEXT);
}
