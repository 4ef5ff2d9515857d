/**
 * Checks that Prometheus can parse a text as a template. Options may contain templates, and an error in one
 * would otherwise only show when Prometheus refuses to start.
 */
import { unexpected } from '../prometheus/expected.js';

const OPENING: ReadonlySet<string> = new Set(['if', 'with', 'range', 'define', 'block']);
const WITHIN_BLOCKS: ReadonlySet<string> = new Set(['else', 'break', 'continue']);

/** Keywords and functions: of Go's templates, and of Prometheus. */
const KNOWN: ReadonlySet<string> = new Set(
  [
    ...[...OPENING, ...WITHIN_BLOCKS, 'end', 'template', 'true', 'false', 'nil'],
    ...'and call html index slice js len not or print printf println urlquery eq ne lt le gt ge'.split(' '),
    ...'args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage'.split(
      ' ',
    ),
    ...'humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml'.split(' '),
    ...'sortByLabel stripDomain stripPort strvalue tableLink title toDuration toLower toTime'.split(' '),
    ...'toUpper urlQueryEscape value'.split(' '),
  ].flat(),
);

/** @throws TypeError that names the text and says what is wrong with it */
export function checkTemplate(name: string, text: string): void {
  const problem = problemOf(text);
  if (problem !== undefined) throw unexpected(name, `a template that parses (${problem})`, text);
}

function problemOf(text: string): string | undefined {
  let depth = 0;
  for (const part of text.split('{{').slice(1)) {
    const end = part.indexOf('}}');
    if (end < 0) return 'an action is not closed';
    const action = withoutStrings(part.slice(0, end).replace(/^-\s|\s-$/g, ' '));
    const problem = problemOfAction(action, depth);
    if (problem !== undefined) return problem;
    const [keyword = ''] = /\w+/.exec(action) ?? [];
    if (OPENING.has(keyword)) depth++;
    else if (keyword === 'end') depth--;
  }
  return depth > 0 ? 'an end is missing' : undefined;
}

/** @param depth the number of blocks around it */
function problemOfAction(action: string, depth: number): string | undefined {
  if (/["`]/.test(action)) return 'a string is not closed';
  if (action.trim() === '') return 'an action is empty';
  if (action.split('(').length !== action.split(')').length) return 'a parenthesis is not closed';
  // A word after a dot or a dollar is a field or a variable.
  const words = action.match(/(?<![.$\w])[A-Za-z_]\w*/g) ?? [];
  const unknown = words.find((word) => !KNOWN.has(word));
  if (unknown !== undefined) return `there is no function ${unknown}`;
  const [first = ''] = words;
  return depth === 0 && (first === 'end' || WITHIN_BLOCKS.has(first)) ? `${first} ends nothing` : undefined;
}

/** Replaces strings and comments, since their content needs no check. */
function withoutStrings(action: string): string {
  return action.replace(/"(\\.|[^"\\])*"|`[^`]*`|\/\*.*?\*\//gs, ' 0 ');
}
