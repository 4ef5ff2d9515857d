import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { headingsOf, titleOf } from './headings.js';

interface Entry {
  /** The page, with the address of the heading above the text. */
  readonly path: string;
  readonly title: string;
  /** Empty where the text stands before the first heading. */
  readonly heading: string;
  text: string;
}

const LOOK = readFileSync(join(import.meta.dirname, 'look.js'), 'utf8');

/**
 * A script with the words of all pages and the search. It is a script, since a browser that opens a page from a folder can load
 * scripts, but no data.
 */
export function searchIndex(pages: ReadonlyMap<string, string>): string {
  const index = [...pages].flatMap(([path, text]) => entries(path.replace(/\.md$/, '.html'), text));
  return `const PAGES = ${JSON.stringify(index).replaceAll('</', '<\\/')};\n${LOOK}`;
}

/** One entry for the text before the first heading, and one for each heading of the second and third level. */
function entries(path: string, page: string): Entry[] {
  const text = page.replaceAll(/<!--.*?-->/gs, '');
  const title = titleOf(text);
  const headings = headingsOf(text);
  const found: Entry[] = [{ path, title, heading: '', text: '' }];
  for (const token of new Marked().lexer(text)) {
    if (token.type === 'heading') {
      const { id, text: heading } = headings.shift()!;
      const { depth } = token as Tokens.Heading;
      if (depth === 2 || depth === 3) found.push({ path: `${path}#${id}`, title, heading, text: '' });
    }
    found.at(-1)!.text += token.raw.replaceAll(/\s+/g, ' ');
  }
  return found;
}
