import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';

const ROOT = join(import.meta.dirname, '../..');

/** Where our own pages are. What they link to there is in the tree, and is checked in it. */
export const REPOSITORY = 'https://github.com/pmcp/observability';
/** These exist once the packages are published. */
const OWN = [REPOSITORY, 'https://www.npmjs.com/package/@pmcp/'];

/** A link to another site, and the pages that have it. */
export interface Link {
  readonly url: string;
  readonly pages: readonly string[];
}

export function tracked(...patterns: string[]): string[] {
  const files = execFileSync('git', ['ls-files', '-z', ...patterns], { cwd: ROOT, encoding: 'utf8' });
  return files.split('\0').filter(Boolean);
}

/** Returns the links of all pages to other sites, each once. Addresses in code are examples, and no links. */
export function externalLinks(): Link[] {
  const pages = new Map<string, string[]>();
  for (const page of tracked('*.md'))
    for (const url of linksIn(readFileSync(join(ROOT, page), 'utf8')))
      pages.set(url, [...new Set([...(pages.get(url) ?? []), page])]);
  return [...pages].map(([url, of]) => ({ url, pages: of }));
}

export function isOwn(url: string): boolean {
  return OWN.some((prefix) => url.startsWith(prefix));
}

export function linksIn(text: string): string[] {
  const links: string[] = [];
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === 'link' && /^[a-z]+:/.test(token.href)) links.push(token.href);
  });
  return links;
}
