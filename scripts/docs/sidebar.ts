import { posix } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { headingsOf } from './headings.js';

interface Section {
  readonly title: string;
  /** Paths of pages and their names. */
  readonly links: readonly { readonly path: string; readonly name: string }[];
}

/** Reads the sections of the sidebar from the index page of the documentation, so that both list the same pages. */
export function sectionsOf(indexPath: string, pages: ReadonlyMap<string, string>): Section[] {
  const sections: { title: string; links: { path: string; name: string }[] }[] = [];
  const marked = new Marked({
    walkTokens(token) {
      if (token.type === 'heading' && token.depth === 2) sections.push({ title: token.text, links: [] });
      if (token.type !== 'link') return;
      const { href, text } = token as Tokens.Link;
      const path = posix.join(posix.dirname(indexPath), href);
      if (pages.has(path))
        sections.at(-1)?.links.push({ path, name: text[0]!.toUpperCase() + text.slice(1) });
    },
  });
  marked.parse(pages.get(indexPath) ?? '');
  return sections;
}

/**
 * The sidebar of a page: all sections, and below the page itself its own headings.
 *
 * @param at the path of the page that shows it
 * @param path the path of the page's source
 */
export function sidebarOf(at: string, path: string, text: string, sections: readonly Section[]): string {
  const item = ({ path: target, name }: Section['links'][number]) => {
    const href = posix.relative(posix.dirname(at), target.replace(/\.md$/, '.html'));
    const isHere = target === path;
    return `<li><a href="${href}"${isHere ? ' aria-current="page"' : ''}>${name}</a>${isHere ? contents(text) : ''}</li>`;
  };
  const lists = sections.map(({ title, links }) => `<h2>${title}</h2><ul>${links.map(item).join('')}</ul>`);
  return `<aside><details open><summary>☰ All pages</summary><nav aria-label="Pages">${lists.join('')}</nav></details></aside>`;
}

/** More entries than this would hide the other pages. */
const MAX_HEADINGS = 20;

function contents(text: string): string {
  const headings = headingsOf(text).filter(({ raw }) => raw.startsWith('## '));
  if (headings.length < 2 || headings.length > MAX_HEADINGS) return '';
  return `<ul>${headings.map(({ id, text: name }) => `<li><a href="#${id}">${name}</a></li>`).join('')}</ul>`;
}
