/**
 * Builds the documentation as a site: `npm run build:docs [folder]`, by default into `site`. It has a search, and needs no
 * server: open `index.html` in the folder.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pageOf } from './page.js';
import { searchIndex } from './search.js';
import { sectionsOf, sidebarOf } from './sidebar.js';

const root = join(import.meta.dirname, '../..');
const target = process.argv[2] ?? join(root, 'site');

const PAGES = [
  '*.md',
  'docs/**/*.md',
  'alerts/**/*.md',
  'dashboards/*.md',
  'packages/*/*.md',
  'packages/*/bench/*.md',
  'bench/**/*.md',
  'charts/**/*.md',
  'examples/**/*.md',
];

const patterns = PAGES.map((pattern) => `:(glob)${pattern}`);
const tracked = (...globs: string[]) =>
  execFileSync('git', ['ls-files', '-z', ...globs], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
const paths = tracked(...patterns);
const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

rmSync(target, { recursive: true, force: true });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
};
const INDEX = 'docs/README.md';
const sections = sectionsOf(INDEX, texts);
const writePage = (path: string, text: string, at = path.replace(/\.md$/, '.html')) =>
  write(at, pageOf({ path, text, at }, texts, sidebarOf(at, path, text, sections)));
for (const [path, text] of texts) writePage(path, text);
writePage(INDEX, texts.get(INDEX) ?? '', 'index.html');
write('search.js', searchIndex(texts));
for (const picture of tracked('docs/pictures')) {
  mkdirSync(dirname(join(target, picture)), { recursive: true });
  copyFileSync(join(root, picture), join(target, picture));
}
copyFileSync(join(import.meta.dirname, 'style.css'), join(target, 'style.css'));
process.stdout.write(`${texts.size} pages in ${target}\n`);
