/** A quote as HTML, JSON, nginx and URLs write it, the last one also twice. */
const QUOTE = String.raw`(?:&(?:quot|apos|#0*3[49]|#x0*2[27]);|\\{1,8}(?:u00|x)2[27]|%(?:25)*2[27])`;
const QUOTE_AT = new RegExp(QUOTE, 'iy');
const QUOTE_BEFORE = new RegExp(`${QUOTE}$`, 'i');
/** Characters of the longest that is looked for. */
const MAX_ESCAPED = 10;
/** A letter of an escape before a key: `\x22password`. */
const TAIL = /^(?:u00|x)[2-7][\da-f]/i;

/** `=` and `:` as they are written where they mean something else. */
export const SEPARATORS = String.raw`%(?:25)*3[ad]|&(?:#0*(?:58|61)|#x0*3[ad]|equals|colon);|\\{1,8}(?:u00|x)3[ad]`;
/** A tab as JSON and URLs write it. */
export const TABS = String.raw`\\{1,8}t|%(?:25)*09`;
const TABS_BEFORE = new RegExp(`(?:${TABS}){1,4}$`, 'i');
/** What ends a value in the same places: quotes, `&`, `;`, `<` and `>`. */
export const ENDS = String.raw`%(?:25)*(?:22|26|3[bB])|\\{1,8}(?:u00|x)(?:2[267]|3[bcBCeE])`;

/** The escaped quote that begins at a place of a text. */
export function escapedQuoteAt(text: string, at: number): string | undefined {
  const first = text[at];
  if (first !== '&' && first !== '%' && first !== '\\') return undefined;
  QUOTE_AT.lastIndex = at;
  return QUOTE_AT.exec(text)?.[0];
}

/** The escaped quote that ends before a place of a text, which all end with one of these. */
export function escapedQuoteBefore(text: string, end: number): string | undefined {
  const last = text[end - 1];
  if (last !== ';' && last !== '2' && last !== '7') return undefined;
  return QUOTE_BEFORE.exec(text.slice(Math.max(0, end - MAX_ESCAPED), end))?.[0];
}

/** Characters of a key that belong to an escape before it. */
export function escapeBefore(text: string, start: number): number {
  return text[start - 1] === '\\' ? (TAIL.exec(text.slice(start, start + 5))?.[0].length ?? 0) : 0;
}

/** Characters of the tabs that end before a place of a text, which all end with one of these. */
export function tabBefore(text: string, end: number): number {
  const last = text[end - 1];
  if (last !== 't' && last !== '9') return 0;
  return TABS_BEFORE.exec(text.slice(Math.max(0, end - MAX_ESCAPED), end))?.[0].length ?? 0;
}
