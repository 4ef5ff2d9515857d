import { posix } from 'node:path';
import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';

const REPOSITORY = 'https://github.com/pmcp/observability/blob/main';

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}
nav{display:flex;gap:1rem;align-items:center;border-bottom:1px solid #ccc;padding-bottom:.5rem}nav input{flex:1;min-width:0;font:inherit;padding:.3rem}
img{max-width:100%}h3{margin-top:2rem}h2,h3{scroll-margin-top:1rem}h2 a,h3 a{opacity:.35;text-decoration:none;margin-left:.4rem}
:is(h2,h3):target{background:#fff3c4}
pre{background:#f4f4f4;padding:.8rem;overflow:auto;overflow-wrap:normal}.language-promql{white-space:pre-wrap;overflow-wrap:anywhere}code{font-size:.9em}
table{border-collapse:collapse;display:block;overflow:auto}td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:normal}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}pre{background:#222}a{color:#8ab4f8}:is(h2,h3):target{background:#463c12}
nav,td,th{border-color:#444}}`;

/** Gives each heading a link to itself, so that a reader can copy its address. */
const ADDRESSES = `for (const heading of document.querySelectorAll('h2[id],h3[id]')) {
  const link = Object.assign(document.createElement('a'), { href: '#' + heading.id, textContent: '#' });
  link.setAttribute('aria-label', 'Address of this section');
  heading.append(link);
}`;

/**
 * Returns a page of Markdown as HTML.
 *
 * @param path from the root of the repository
 * @param pages all pages of the site, to distinguish links between them from links to elsewhere
 * @param at where the page is written, if not at the path of its source
 */
export function pageOf(path: string, text: string, pages: ReadonlyMap<string, string>, at = path): string {
  const up = posix.relative(posix.dirname(at), '.') || '.';
  const marked = new Marked(gfmHeadingId(), {
    walkTokens(token) {
      if (token.type === 'link') token.href = linkFrom(at, path, token.href, pages);
    },
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${titleOf(text)}</title><style>${STYLE}</style></head><body>
<nav><a href="${up}/index.html">Documentation</a><input type="search" placeholder="Search" aria-label="Search"></nav>
<ol id="found"></ol><main>${marked.parse(text)}</main>
<script>const UP = '${up}/';
${ADDRESSES}</script><script src="${up}/search.js"></script></body></html>
`;
}

/** Returns the headings of a page in their order, with the address of each. */
export function headingsOf(text: string): { raw: string; text: string; id: string }[] {
  const marked = new Marked(gfmHeadingId());
  marked.parse(text);
  return getHeadingList().map(({ level, raw, text, id }) => ({
    raw: `${'#'.repeat(level)} ${raw}`,
    text: text.replaceAll(/<[^>]*>/g, ''),
    id,
  }));
}

/** Returns the first heading, without characters that HTML or Markdown could read as markup. */
export function titleOf(text: string): string {
  return (/^# (.*)$/m.exec(text)?.[1] ?? '').replaceAll(/[<>&"`]/g, '');
}

function linkFrom(at: string, path: string, href: string, pages: ReadonlyMap<string, string>): string {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [file = '', heading] = href.split('#');
  const leads = posix.normalize(posix.join(posix.dirname(path), file));
  if (!pages.has(leads)) return `${REPOSITORY}/${leads}`;
  const to = posix.relative(posix.dirname(at), leads.replace(/\.md$/, '.html'));
  return heading === undefined ? to : `${to}#${heading}`;
}
