import { posix } from 'node:path';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';
import { titleOf } from './headings.js';

const REPOSITORY = 'https://github.com/pmcp/observability/blob/main';

/** Gives each heading a link to itself, so that a reader can copy its address. */
const ADDRESSES = `for (const heading of document.querySelectorAll('main h2[id],main h3[id]')) {
  const link = Object.assign(document.createElement('a'), { href: '#' + heading.id, textContent: '#' });
  link.setAttribute('aria-label', 'Address of this section');
  heading.append(link);
}`;

/** On a phone, the sidebar is closed until it is opened. */
const CLOSED_ON_PHONES = `if (matchMedia('(max-width: 60rem)').matches) document.querySelector('aside details').open = false;`;

export interface Page {
  /** The path of its source from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** The path where it is written. */
  readonly at: string;
}

/**
 * Converts a page from Markdown to HTML.
 *
 * @param pages all pages of the site, to distinguish links between them from links out of the site
 */
export function pageOf(
  { path, text, at }: Page,
  pages: ReadonlyMap<string, string>,
  sidebar: string,
): string {
  const up = posix.relative(posix.dirname(at), '.') || '.';
  const marked = new Marked(gfmHeadingId(), {
    walkTokens(token) {
      if (token.type === 'link') token.href = linkFrom(at, path, token.href, pages);
    },
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${titleOf(text)}</title><link rel="stylesheet" href="${up}/style.css"></head><body>
<header><a href="${up}/index.html">@pmcp/observability</a><input type="search" placeholder="Search" aria-label="Search"></header>
<ol id="found"></ol><div class="columns">${sidebar}<main>${marked.parse(text)}</main></div>
<script>const UP = '${up}/';
${CLOSED_ON_PHONES}
${ADDRESSES}</script><script src="${up}/search.js"></script></body></html>
`;
}

function linkFrom(at: string, path: string, href: string, pages: ReadonlyMap<string, string>): string {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [file = '', heading] = href.split('#');
  const leads = posix.normalize(posix.join(posix.dirname(path), file));
  if (!pages.has(leads)) return `${REPOSITORY}/${leads}`;
  const to = posix.relative(posix.dirname(at), leads.replace(/\.md$/, '.html'));
  return heading === undefined ? to : `${to}#${heading}`;
}
