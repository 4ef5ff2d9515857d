import { posix } from 'node:path';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

const REPOSITORY = 'https://github.com/pmcp/observability/blob/main';

const STYLE = `body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}
nav{display:flex;gap:1rem;align-items:center;border-bottom:1px solid #ccc;padding-bottom:.5rem}nav input{flex:1;font:inherit;padding:.3rem}
pre{background:#f4f4f4;padding:.8rem;overflow:auto}code{font-size:.9em}table{border-collapse:collapse;display:block;overflow:auto}
td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}pre{background:#222}a{color:#8ab4f8}}`;

/**
 * A page of Markdown as HTML.
 *
 * @param path from the root of the repository
 * @param pages all that are in the site, to tell links between them from links out of it
 * @param at where it is written, if not beside its source's place
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
<script>const UP = '${up}/';</script><script src="${up}/search.js"></script></body></html>
`;
}

/** The first heading, without what could be taken for markup. */
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
