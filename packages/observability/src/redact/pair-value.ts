import { ENDS, escapedQuoteAt } from './escapes.js';
import { isCode, type Kind } from './keys.js';
import { isMixed, isOpaque } from './opaque.js';

/** A secret key in a text. */
export interface Name {
  readonly key: string;
  readonly kind: Kind;
  /** The quotes of the key with their backslashes; empty without quotes. */
  readonly quote: string;
  /** Whether the separator between key and value is weak, such as a tab or an arrow. */
  readonly isLoose?: boolean;
  /** Whether the pair is in a list with semicolons, in which a value may contain spaces. */
  readonly isListed?: boolean;
}

/** The position of a value in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Whether it is a number, a list or an object, whose replacement may need quotes. */
  readonly isBare: boolean;
}

/** Whether it is JSON, in which the key has quotes. */
const JSON_NUMBER = /-?\d[\d.eE+-]*(?=[,}\]\s\\]|$)/y;
const MAX_SPACES = 20;
/** How the next line begins if the value continues there. */
const CONTINUES = /^\n(?:\s{0,20}["'`]|[ \t]{1,20}(?=[^\s\d]{0,80}\d)[^\s:]{8,80}(?:\s|$))/;
const BLOCK_MARK = / {0,4}[|>][+-]?(?=\r?\n)/y;
const ENDS_WORD = new RegExp(`[\\s&;"'\`<>]|${ENDS}`, 'g');
const ENDS_LINE = /[\r\n"'`]|\\+[nr]/g;
const BRACKETS = /[[\](){}]|\\*["'`]/g;
const CALL = /^(?:new )?[\w.$]{1,40}\($/;
const TRAILING = /[,.)\]}\\]+$/;
/** Schemes whose credentials are the next word. */
const SCHEME = /^(?:bearer|basic|token|digest|negotiate|apikey)$/i;
/** Keys whose value is the rest of the line. */
const WHOLE_LINE = /(?:authorization|cookies?)$/i;
const PASSWORD = /pass|pwd|secret|pw$/i;
const LEAST_ALONE = 6;
/** The rest of a value with spaces, up to its semicolon. If there was no pair before, one must follow. */
const MORE_WORDS = /^ [^;=:"'`\n]*(?=;)/;
const WORDS_OF_FIRST = /^ [^;=:"'`\n]*(?=; ?[a-z][\w ]{1,40}=)/i;
const MAX_MORE = 200;
const COUNT = /^[\s\d.,:%[\]{}"'\w-]*$/;

/** Values that are no secrets: masks, placeholders, types, and words that follow a key in a sentence. */
const NOTHING = new RegExp(
  `^(?:${[
    String.raw`[^\p{L}\p{N}]{0,3}`,
    '[*•.x#-]+',
    String.raw`\[(?:redacted|cut|filtered|hidden|masked|removed|secret|circular|unserialisable|function|object|getter)[^\]]*\]?`,
    '<[^>]*>?',
    String.raw`\$\{?[A-Za-z_][\w.]*\}?`,
    String.raw`\$\d+`,
    String.raw`\{\{[^}]*\}\}`,
    '%[a-z]',
    String.raw`process\.env[\w.\[\]]*`,
    'null|undefined|none|nil|nan|empty|unset|true|false|yes|no|on|off|ok',
    'string|number|boolean|object|buffer|any|unknown|text|str|jwt',
    'missing|required|invalid|expired|expires|unexpected|unknown|incorrect|wrong|bad|malformed|absent|failed|failure',
    'error|errors|denied|revoked|rejected|refused|mismatch|must|is|was|are|not|cannot|should|has|have|does|did|the|a|an|for',
    'and|or|of|in|to|with|by|it|this|that|please|enter|provide|see|use|used|using|expected|got|received|found|set|reset',
    'changed|updated|rotated|generated|created|deleted|enabled|disabled|optional|default|success|successful|valid|too|all',
    'redacted|hidden|masked|filtered|omitted|removed|session|signature|header|length|count|limit|type|issuer|audience',
    'authentication|authorization|verification|validation|permission|insufficient|unauthorized|forbidden|could|no-?one|only',
    'include|omit|same-origin|passed|pass|skipped|pending|checking|check|checks|trying|after|before|at|from|on|when|while|because|already|still',
  ].join('|')})$`,
  'iu',
);

/**
 * Finds the value after a key and its separator, without its quotes.
 *
 * @returns undefined if there is no value to hide
 */
export function valueAt(text: string, from: number, name: Name): Span | undefined {
  const begin = skipped(text, from);
  const span = quoted(text, begin) ?? numberAt(text, begin, name.quote) ?? bare(text, begin, name);
  const value = text.slice(span.start, span.end);
  if (value === '' || saysNothing(value) || !isSecretValue(value, name.kind)) return undefined;
  return name.isLoose && !standsAlone(text, span, name.key) && !isMixed(value) && !isOpaque(value)
    ? undefined
    : span;
}

function isSecretValue(value: string, kind: Kind): boolean {
  if (kind === 'secret unless counted') return !isCounted(value);
  if (kind === 'secret if opaque') return isOpaque(value);
  return kind !== 'secret if digits' || isCode(value);
}

/** Whether only one word follows the name of a password, so that it is no sentence. */
function standsAlone(text: string, { start, end }: Span, key: string): boolean {
  return (
    end - start >= LEAST_ALONE &&
    PASSWORD.test(key) &&
    (end === text.length || /[\n\r,)}"']/.test(text[end]!))
  );
}

export function saysNothing(value: string): boolean {
  return NOTHING.test(value);
}

/**
 * Skips spaces. Skips a line break only if a quoted value follows, as Node's inspect writes long ones, or a single word with a
 * digit, as YAML writes it.
 */
function skipped(text: string, from: number): number {
  let at = afterBlockMark(text, from);
  while (/[=:>\s]/.test(text[at] ?? '') && at - from < MAX_SPACES) {
    if (text[at] === '\n' && !CONTINUES.test(text.slice(at, at + 124))) break;
    at++;
  }
  // Bytes in Python: b'…'.
  if (/[bruBRU]/.test(text[at] ?? '') && /["']/.test(text[at + 1] ?? '')) at++;
  return at;
}

/** `password: |-`, which starts a block of lines in YAML. */
function afterBlockMark(text: string, from: number): number {
  BLOCK_MARK.lastIndex = from;
  return BLOCK_MARK.test(text) ? BLOCK_MARK.lastIndex : from;
}

/** A quote with its backslashes, which show how often the text was escaped. */
function quoteAt(text: string, at: number): string | undefined {
  let end = at;
  while (text[end] === '\\' && end - at < MAX_SPACES) end++;
  return /["'`]/.test(text[end] ?? '') ? text.slice(at, end + 1) : undefined;
}

function quoted(text: string, begin: number): Span | undefined {
  const escaped = escapedQuoteAt(text, begin);
  const close = escaped === undefined ? -1 : text.indexOf(escaped, begin + escaped.length);
  if (escaped !== undefined && close >= 0)
    return { start: begin + escaped.length, end: close, isBare: false };
  const quote = quoteAt(text, begin);
  return quote === undefined ? undefined : inQuotes(text, begin, quote);
}

function inQuotes(text: string, begin: number, quote: string): Span {
  const start = begin + quote.length;
  const mark = quote.at(-1) as string;
  for (let end = text.indexOf(mark, start); end >= 0; end = text.indexOf(mark, end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\' && end - backslashes > start) backslashes++;
    // With more backslashes, it is a quote inside the value.
    if (backslashes === quote.length - 1) return { start, end: end - backslashes, isBare: false };
  }
  return { start, end: text.length, isBare: false };
}

function numberAt(text: string, start: number, keyQuote: string): Span | undefined {
  if (keyQuote === '') return undefined;
  JSON_NUMBER.lastIndex = start;
  const number = JSON_NUMBER.exec(text)?.[0];
  return number === undefined ? undefined : { start, end: start + number.length, isBare: true };
}

function bare(text: string, start: number, { key, isListed }: Name): Span {
  const first = text[start];
  if (first === '{' || (first === '[' && !text.startsWith('[redacted]', start))) {
    return { start, end: closed(text, start), isBare: true };
  }
  if (WHOLE_LINE.test(key)) return line(text, start);
  let end = wordEnd(text, start);
  if (SCHEME.test(text.slice(start, end)) && text[end] === ' ') end = wordEnd(text, end + 1);
  const word = text.slice(start, end);
  // Includes the call that converts a text: `Buffer.from('…')`.
  if (CALL.test(word) && /["'`]/.test(text[end] ?? ''))
    return { start, end: closed(text, end - 1), isBare: true };
  const more =
    (isListed ? MORE_WORDS : WORDS_OF_FIRST).exec(text.slice(end, end + MAX_MORE))?.[0].length ?? 0;
  const trailing = more > 0 ? 0 : (TRAILING.exec(word.slice(-10))?.[0].length ?? 0);
  return { start, end: end + more - trailing, isBare: true };
}

function wordEnd(text: string, start: number): number {
  ENDS_WORD.lastIndex = start;
  return ENDS_WORD.exec(text)?.index ?? text.length;
}

/** Up to the end of the line, or of the quotes around the whole line. The value of a cookie may contain quotes. */
function line(text: string, start: number): Span {
  ENDS_LINE.lastIndex = start;
  for (let stop = ENDS_LINE.exec(text); stop !== null; stop = ENDS_LINE.exec(text)) {
    const opens = /["'`]/.test(stop[0]) && text[stop.index - 1] === '=';
    if (!opens) return trimmed(text, start, stop.index);
    const close = text.indexOf(stop[0], stop.index + 1);
    if (close < 0) return { start, end: text.length, isBare: true };
    ENDS_LINE.lastIndex = close + 1;
  }
  return trimmed(text, start, text.length);
}

function trimmed(text: string, start: number, stop: number): Span {
  let end = stop;
  while (text[end - 1] === '\\') end--;
  const first = text.slice(start, wordEnd(text, start)).replace(TRAILING, '');
  // A sentence about the header, not the header itself.
  return saysNothing(first) ? { start, end: start, isBare: true } : { start, end, isBare: true };
}

/** Returns the position after the bracket that closes the first one. Brackets in quotes do not count. */
function closed(text: string, start: number): number {
  let depth = 0;
  BRACKETS.lastIndex = start;
  for (let hit = BRACKETS.exec(text); hit !== null; hit = BRACKETS.exec(text)) {
    const [mark] = hit;
    if (/["'`]$/.test(mark)) BRACKETS.lastIndex = inQuotes(text, hit.index, mark).end + mark.length;
    else depth += '[({'.includes(mark) ? 1 : -1;
    if (depth <= 0) return hit.index + 1;
  }
  return text.length;
}

/** Whether the value contains only numbers, or names with numbers. */
function isCounted(value: string): boolean {
  if (/^[\d.,]+$/.test(value)) return true;
  return value.startsWith('{') && COUNT.test(value) && !/:\s*["']?[A-Za-z_]/.test(value);
}
