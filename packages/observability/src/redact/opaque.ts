const OPAQUE = /^(?=.*\d)(?=.*[a-z])[\w.~%+/=:-]{16,}$/i;
/** The form of ids of sessions, requests and traces. They are useful in a log, and give no access. */
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const PATH = /\/.*\.[a-z]{1,5}$/i;
const MIXED = /^(?=.*\d)(?=.*[a-z])[\w!@#$%^&*+~?-]{6,}$/i;
const MARKED = /^(?=.*[a-z])(?=.*[!@#$%^&*+~?])[\w!@#$%^&*+~?-]{8,}$/i;
/** `notes-db-2`, `v12`, `row12`: names that people choose. */
const NAME = /^(?:[a-z]+(?:[-_][a-z]*\d*)+|[a-z]{1,5}\d{1,2})$/i;

/** Whether a program generated a text: it is long, has letters and digits, and is neither a UUID nor a path. */
export function isOpaque(value: string): boolean {
  return OPAQUE.test(value) && !UUID.test(value) && !PATH.test(value);
}

/** Whether a word looks like a password, not like a word of a language. */
export function isMixed(value: string): boolean {
  return (MIXED.test(value) || MARKED.test(value)) && !NAME.test(value) && !UUID.test(value);
}
