import { types } from 'node:util';
import { CUT, MAX_STRING } from './text.js';

/** An error in an error in an error; what lies deeper is not shown. */
const MAX_CAUSES = 10;
/** Fields that a program has added to an error. */
const MAX_FIELDS = 200;
/** Of each text: more than is looked at of all together, so that no secret is cut in half where it shows. */
const MAX_TEXT = 2 * MAX_STRING;

export function isError(value: object): value is Error {
  // One from another realm is no instance; only what looks like one is worth asking for.
  return value instanceof Error || ('stack' in value && types.isNativeError(value));
}

/**
 * What a log line shows of an error, in the form of pino's own: message and stack go on with those of its causes, and the errors in
 * it stay what they are. It is not touched, for it may be frozen; and what it holds is read later, as far as there is room.
 */
export function fieldsOf(
  error: Error,
  read: (value: object, key: string) => unknown,
): Record<string, unknown> {
  const causes = causesOf(error);
  // Without a prototype, for a field may have any name.
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
    // Asked for its JSON when it is written, it would show the original.
    if (key in fields || key === 'toJSON') continue;
    if (key === 'cause' && causes.length > 1) continue;
    fields[key] = read(error, key);
  }
  return fields;
}

/** An error and those that led to it, the latest first. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let one: unknown = error; isLikeError(one) && !causes.includes(one); one = causeOf(one)) {
    if (causes.length === MAX_CAUSES) break;
    causes.push(one);
  }
  return causes;
}

/** Some libraries have a method for it. */
function causeOf(error: Error): unknown {
  return typeof error.cause === 'function' ? error.cause() : error.cause;
}

function isLikeError(value: unknown): value is Error {
  return typeof (value as Error | undefined)?.message === 'string';
}

function text(value: string | undefined): string {
  return (value ?? '').slice(0, MAX_TEXT);
}
