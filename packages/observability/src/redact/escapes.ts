/** A quote as escaped by HTML, JSON, nginx and URLs (also twice by URLs). */
const QUOTE = String.raw`(?:&(?:quot|apos|#0*3[49]|#x0*2[27]);|\\{1,8}(?:u00|x)2[27]|%(?:25)*2[27])`;
const QUOTE_AT = new RegExp(QUOTE, 'iy');
const QUOTE_BEFORE = new RegExp(`${QUOTE}$`, 'i');
/** The length of the longest escaped quote. */
const MAX_ESCAPED = 10;
/** An escape before a key, as in `\x22password`. */
const TAIL = /^(?:u00|x)[2-7][\da-f]/i;

/** `=` and `:` in their escaped forms. */
export const SEPARATORS = String.raw`%(?:25)*3[ad]|&(?:#0*(?:58|61)|#x0*3[ad]|equals|colon);|\\{1,8}(?:u00|x)3[ad]`;
/** A tab as escaped by JSON and URLs. */
export const TABS = String.raw`\\{1,8}t|%(?:25)*09`;
const TABS_BEFORE = new RegExp(`(?:${TABS}){1,4}$`, 'i');
/** The escaped characters that end a value: quotes, `&`, `;`, `<` and `>`. */
export const ENDS = String.raw`%(?:25)*(?:22|26|3[bB])|\\{1,8}(?:u00|x)(?:2[267]|3[bcBCeE])`;

/** Returns the escaped quote that begins at a position. */
export function escapedQuoteAt(text: string, at: number): string | undefined {
  const first = text[at];
  if (first !== '&' && first !== '%' && first !== '\\') return undefined;
  QUOTE_AT.lastIndex = at;
  return QUOTE_AT.exec(text)?.[0];
}

/** Returns the escaped quote that ends before a position. Checks the last character first, which is cheap. */
export function escapedQuoteBefore(text: string, end: number): string | undefined {
  const last = text[end - 1];
  if (last !== ';' && last !== '2' && last !== '7') return undefined;
  return QUOTE_BEFORE.exec(text.slice(Math.max(0, end - MAX_ESCAPED), end))?.[0];
}

/** Returns how many characters of a key belong to an escape before it. */
export function escapeBefore(text: string, start: number): number {
  return text[start - 1] === '\\' ? (TAIL.exec(text.slice(start, start + 5))?.[0].length ?? 0) : 0;
}

/** Returns the length of the escaped tabs that end before a position. Checks the last character first. */
export function tabBefore(text: string, end: number): number {
  const last = text[end - 1];
  if (last !== 't' && last !== '9') return 0;
  return TABS_BEFORE.exec(text.slice(Math.max(0, end - MAX_ESCAPED), end))?.[0].length ?? 0;
}
