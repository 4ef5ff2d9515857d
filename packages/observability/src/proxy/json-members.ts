/** One member of a JSON object, with the positions of its parts in the text. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/**
 * Yields the members of the object that begins at an index of a valid JSON text. Their values are not parsed,
 * so that a caller can change one member and nothing else: numbers keep their digits, and keys their order.
 */
export function* jsonMembers(text: string, object: number): Generator<JsonMember> {
  let at = skipSpace(text, object + 1);
  while (text[at] === '"') {
    const keyEnd = skipString(text, at);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, valueStart);
    yield { key: JSON.parse(text.slice(at, keyEnd)) as string, start: at, valueStart, end };
    at = skipSpace(text, end);
    if (text[at] !== ',') return;
    at = skipSpace(text, at + 1);
  }
}

/** Yields the start of each item in the list that begins at an index of a valid JSON text. */
export function* jsonItems(text: string, list: number): Generator<number> {
  let at = skipSpace(text, list + 1);
  while (at < text.length && text[at] !== ']') {
    yield at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] !== ',') return;
    at = skipSpace(text, at + 1);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipValue(text: string, from: number): number {
  if (text[from] === '"') return skipString(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '"') at = skipString(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth < 0 || (depth === 0 && (character === ',' || /\s/.test(character)))) return at;
    at++;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
}
