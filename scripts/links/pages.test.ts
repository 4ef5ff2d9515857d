import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { externalLinks, isOwn, linksIn, REPOSITORY, tracked } from './pages.js';

const ROOT = join(import.meta.dirname, '../..');
const links = externalLinks();
const urls = links.map(({ url }) => new URL(url));

/** Two addresses with the same key are the same page. */
function keyOf({ host, pathname, hash }: URL): string {
  return `${host.replace(/^www\./, '')}${pathname.replace(/(?:\/index\.html?|\/)$/, '')}${hash}`;
}

describe('a link of a page', () => {
  it('is read from text, and not from code', () => {
    const text =
      'See [a](https://a.org/x#y), <https://b.org> and https://c.org.\n\n`[d](https://d.org)`\n\n```sh\n[e](https://e.org)\n```\n';
    expect(linksIn(text)).toEqual(['https://a.org/x#y', 'https://b.org', 'https://c.org']);
  });

  it('goes to another site by https, to a public name, and with nothing that follows the reader', () => {
    expect(urls.length).toBeGreaterThan(10);
    for (const url of urls) {
      expect(url.href).toMatch(/^https:\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}\//);
      expect(url.host).not.toMatch(
        /^(?:localhost|[\d.]+|.*\.(?:example|local|internal|test|invalid)|example\..*)$/,
      );
      expect([url.href, url.username, url.search]).toEqual([url.href, '', '']);
    }
  });

  it('has one spelling for one page', () => {
    const first = new Map<string, string>();
    for (const { url } of links) {
      const key = keyOf(new URL(url));
      expect(url).toBe(first.get(key) ?? url);
      first.set(key, url);
    }
  });
});

describe('an address of our own repository', () => {
  const NAMED = /https:\/\/github\.com\/pmcp\/observability\/(?:blob|tree)\/main\/([\w./-]*[\w/-])/g;
  const texts = tracked('*.md', '*.ts', '*.mjs', '*.json', '*.yaml', '*.yml', '*.tsx').filter(
    (file) => !/\.test\.ts$|package-lock|^test\//.test(file),
  );
  const addresses = texts.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(NAMED)].map(([, path = '']) => ({ file, path })),
  );

  it('leads to a file of the tree, wherever it is written', () => {
    expect(addresses.length).toBeGreaterThan(50);
    expect(addresses.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('is asked of no other site', () => {
    expect([`${REPOSITORY}/blob/main/README.md`, 'https://semver.org'].map(isOwn)).toEqual([true, false]);
  });
});
