import { escapeBefore, escapedQuoteBefore, SEPARATORS, TABS, tabBefore } from './escapes.js';
import { kindOf, REDACTED } from './keys.js';
import { isMixed, isOpaque } from './opaque.js';
import { type Name, valueAt } from './pair-value.js';

const SEPARATOR = new RegExp(`[=:：＝\\t→⇒]|[-~]>|${SEPARATORS}|${TABS}`, 'gi');
/** Separators that also have other meanings. */
const LOOSE = /(?:[\t→⇒>]|\\t|%09)$/;
/** The parameters next to the code in an OAuth callback. */
const CALLBACK =
  /(?:[?&;#"'\s]|%26|%3F)(?:(?:session_)?state|grant_type|redirect_uri|scope)["']?\s?(?:[=:]|%3D)/i;
const NEAR = 200;
const MAX_NAME = 64;
const MAX_QUOTES = 8;
/** Keys that are secret only as parameters of a URL. */
const QUERY_ONLY = /^(?:code|key|auth)$/i;
/** Parameters that sign a URL, so that anybody can use it. */
const SIGNATURE = /^sig$|signature$/i;
/** Words before a key that belongs to a parser, or names something missing. */
const PROSE_BEFORE = /\b(?:unexpected|no such) $/i;
const BRACKETS: ReadonlyMap<string | undefined, string> = new Map([
  [']', '['],
  [')', '('],
]);
const OPAQUE = /^(?=.*\d)[\w.~%+/=-]{16,}/;

/**
 * Removes the values of secret keys in any spelling: `key=value`, `key: value`, JSON, escaped or not, headers, query strings. It
 * looks at each separator, then at the key before it, and only then at the value after it.
 */
export function withoutPairs(text: string): string {
  let shown = '';
  let done = 0;
  SEPARATOR.lastIndex = 0;
  for (let hit = SEPARATOR.exec(text); hit !== null; hit = SEPARATOR.exec(text)) {
    const after = hit.index + hit[0].length;
    const name = nameBefore(text, hit.index, done);
    if (name === undefined) continue;
    const value = valueAt(text, after, LOOSE.test(hit[0]) ? { ...name, isLoose: true } : name);
    if (value === undefined) continue;
    const quote = value.isBare ? name.quote : '';
    shown += text.slice(done, value.start) + quote + REDACTED + quote;
    done = value.end;
    SEPARATOR.lastIndex = Math.max(done, after);
  }
  return done === 0 ? text : shown + text.slice(done);
}

/** Returns the key before a separator, if it is a secret one. */
function nameBefore(text: string, separator: number, from: number): Name | undefined {
  let end = separator;
  const least = Math.max(from, separator - MAX_QUOTES - MAX_NAME);
  if (text[separator] === '=' && text[end - 1] === '!') end--;
  while (end > least && isBlank(text.charCodeAt(end - 1))) end--;
  end -= tabBefore(text, end);
  end = withoutIndex(text, end, least);
  const quoteEnd = end;
  end -= escapedQuoteBefore(text, end)?.length ?? 0;
  while (end > least && separator - end < MAX_QUOTES && isQuote(text.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > least && isOfKey(text.charCodeAt(start - 1))) start--;
  start += escapeBefore(text, start);
  if (start >= end) return undefined;
  const quote = text.slice(end, quoteEnd).replace(/[\]}]/g, '');
  const key = decoded(text.slice(start, end));
  const kind = isSigned(text, start, separator, key) ? 'secret' : kindOf(key);
  if (kind !== 'harmless') {
    return isProse(text, start) ? undefined : { key, kind, quote, isListed: isListed(text, start) };
  }
  if (isParameter(text, start, separator, key)) return { key, kind: 'secret', quote };
  return ofTwoWords(text, start, key, quote, from);
}

/** Whether the key follows a semicolon, as in a connection string. */
function isListed(text: string, start: number): boolean {
  return text[start - 1] === ';' || (text[start - 1] === ' ' && text[start - 2] === ';');
}

/** `API Key: …`, in which the last word alone is no secret key. */
function ofTwoWords(
  text: string,
  start: number,
  last: string,
  quote: string,
  from: number,
): Name | undefined {
  if (text[start - 1] !== ' ' || !/(?:keys?|hash|id|codes?)$/i.test(last)) return undefined;
  let begin = start - 1;
  while (begin > Math.max(from, start - MAX_NAME) && isOfKey(text.charCodeAt(begin - 1))) begin--;
  const key = text.slice(begin, start - 1) + last;
  const kind = kindOf(key);
  return kind === 'secret' || kind === 'secret if opaque' ? { key, kind, quote } : undefined;
}

/** `tokens[0]`, `password(bob)`: the key is before the brackets. */
function withoutIndex(text: string, end: number, least: number): number {
  const open = BRACKETS.get(text[end - 1]);
  if (open === undefined) return end;
  let at = end - 1;
  while (at > least && isOfKey(text.charCodeAt(at - 1))) at--;
  return at < end - 1 && text[at - 1] === open ? at - 1 : end;
}

function isProse(text: string, start: number): boolean {
  return PROSE_BEFORE.test(text.slice(Math.max(0, start - 12), start));
}

function isParameter(text: string, start: number, separator: number, key: string): boolean {
  if (!QUERY_ONLY.test(key)) return false;
  if (key === 'code' && isOfCallback(text, start, separator)) return true;
  return isOfQuery(text, start, separator) && OPAQUE.test(text.slice(separator + 1, separator + 100));
}

function isOfQuery(text: string, start: number, separator: number): boolean {
  return text[separator] !== ':' && /[?&;#]/.test(text[start - 1] ?? '');
}

function isSigned(text: string, start: number, separator: number, key: string): boolean {
  return isOfQuery(text, start, separator) && SIGNATURE.test(key);
}

/** A code next to a state is an OAuth code. `ECONNREFUSED` and numbers are not. */
function isOfCallback(text: string, start: number, separator: number): boolean {
  const value = /^[\s"']{0,3}([\w.~%+/-]{6,})/.exec(text.slice(separator + 1, separator + NEAR))?.[1] ?? '';
  if (!isMixed(value) && !isOpaque(value)) return false;
  return CALLBACK.test(text.slice(Math.max(0, start - NEAR), separator + NEAR));
}

/** Decodes a key in a URL: `access%5Ftoken`, `%26token`. */
function decoded(key: string): string {
  if (!key.includes('%')) return key;
  return key
    .replaceAll(/%([2-5][\dA-F])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[\])}]+$/, '')
    .replace(/^.*[^\w.$-]/s, '');
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Quotes, their backslashes, and the bracket of `headers['x-api-key']`. */
function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96 || code === 92 || code === 93;
}

/** Letters of any language, digits, characters that join words, and % of URL encoding. */
function isOfKey(code: number): boolean {
  if (code > 127) return true;
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)) return true;
  return code === 95 || code === 45 || code === 46 || code === 36 || code === 37;
}
