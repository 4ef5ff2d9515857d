const OPAQUE = /^(?=.*\d)(?=.*[a-z])[\w.~%+/=:-]{16,}$/i;
/** How servers name the sessions of the protocol, requests and traces: of use in a log, and no way in. */
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const PATH = /\/.*\.[a-z]{1,5}$/i;
const MIXED = /^(?=.*\d)(?=.*[a-z])[\w!@#$%^&*+~?-]{6,}$/i;
const MARKED = /^(?=.*[a-z])(?=.*[!@#$%^&*+~?])[\w!@#$%^&*+~?-]{8,}$/i;
/** `notes-db-2`, `v12`, `row12`: what people call things. */
const NAME = /^(?:[a-z]+(?:[-_][a-z]*\d*)+|[a-z]{1,5}\d{1,2})$/i;

/** Whether a text is what only a program chooses: long, of letters and digits, and neither UUID nor path. */
export function isOpaque(value: string): boolean {
  return OPAQUE.test(value) && !UUID.test(value) && !PATH.test(value);
}

/** Whether a word is none of a language, but what people choose as a password. */
export function isMixed(value: string): boolean {
  return (MIXED.test(value) || MARKED.test(value)) && !NAME.test(value) && !UUID.test(value);
}
