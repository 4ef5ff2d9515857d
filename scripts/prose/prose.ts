import writeGood from 'write-good';

/** Longer sentences need a second reading. */
const MOST_WORDS = 36;

/** Turns of phrase that a tired reader, or one with another mother tongue, stops at. */
const ODD = /\b(for want of|in order that|what fits is|for who|thereof|whereby|wherein|lest|ere)\b/gi;

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

/** What a reader would stumble over in a page of Markdown, outside of code and tables. */
export function stumbles(page: string): string[] {
  const text = proseOf(page);
  const found = writeGood(text, RULES).map(({ reason }) => reason);
  const odd = (text.match(ODD) ?? []).map((words) => `"${words}" is odd`);
  const long = sentencesOf(text).filter((sentence) => sentence.split(' ').length > MOST_WORDS);
  return [
    ...found,
    ...odd,
    ...long.map((sentence) => `more than ${MOST_WORDS} words: ${sentence.slice(0, 80)}…`),
  ];
}

function proseOf(page: string): string {
  let code = 0;
  return (
    page
      .replaceAll(/<!--.*?-->/gs, '')
      .replaceAll(/```.*?```/gs, '')
      .replaceAll(/^\||^#.*$/gm, (start) => (start === '|' ? '\0' : ''))
      .replaceAll(/^\0.*$/gm, '')
      // Each another word, or two of them would be one that is repeated.
      .replaceAll(/`[^`]*`/g, () => `code${code++}`)
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  );
}

function sentencesOf(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((part) => part.replaceAll(/\s+/g, ' ').split(/(?<=[.!?:;])\s/));
}
