import writeGood from 'write-good';

/** Longer sentences need a second reading. */
const MOST_WORDS = 36;

/**
 * Phrases that slow down a tired reader, or a reader with another first language.
 * Each has a usual phrase with the same meaning.
 */
const ODD: readonly RegExp[] = [
  /\b(?:for want of|in order that|what fits is|for who|thereof|whereby|wherein|whence|hence|albeit|lest|ere)\b/gi,
  /\b(?:can not|anew|mends?|mended)\b/gi,
  // "At the limit": say what the limit is.
  /\bas (?:it|they|he|she|you) may\b/gi,
  // "Distinguish".
  /\b(?:tells?|told|telling) (?:\w+ )?apart\b/gi,
  // "By default".
  /\b(?:unless (?:you|somebody|it) says? so|(?:until|unless) (?:it is|they are|you are) told|(?:is|are) told otherwise|says? otherwise)\b/gi,
  // "Of a long line it reads the ends": put the verb first.
  /(?<=^|[.:;!?] )Of (?:an?|the|those|these|kube\S*) [^,.]* (?:it|they|only|is|are)\b/gm,
  // "Because".
  /, for (?:it|they|he|nobody|there|their|its|those|this) /gi,
  /\b(?:speaks?|spoken) to as\b/gi,
  /\bwho (?:may come in|has to have)\b/gi,
];

const RULES = {
  passive: false,
  adverb: false,
  weasel: false,
  eprime: false,
  thereIs: false,
  so: false,
  tooWordy: false,
  cliches: true,
  illusion: true,
};

/** Finds phrases that are hard to read in a page of Markdown, outside of code and tables. */
export function stumbles(page: string): string[] {
  const withTables = proseOf(page, true);
  const text = proseOf(page, false);
  const found = writeGood(text, RULES).map(({ reason }) => reason);
  const odd = ODD.flatMap((pattern) => withTables.match(pattern) ?? []).map((words) => `"${words}" is odd`);
  const long = sentencesOf(text).filter((sentence) => sentence.split(' ').length > MOST_WORDS);
  return [
    ...found,
    ...odd,
    ...long.map((sentence) => `more than ${MOST_WORDS} words: ${sentence.slice(0, 80)}…`),
  ];
}

function proseOf(page: string, hasTables: boolean): string {
  let code = 0;
  return (
    page
      .replaceAll(/<!--.*?-->/gs, '')
      .replaceAll(/```.*?```/gs, '')
      .replaceAll(hasTables ? /^#.*$/gm : /^(?:\||#).*$/gm, '')
      // Each becomes a different word: otherwise two in a row would be reported as a repeated word.
      .replaceAll(/`[^`]*`/g, () => `code${code++}`)
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  );
}

function sentencesOf(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((part) => part.replaceAll(/\s+/g, ' ').split(/(?<=[.!?:;])\s/));
}
