import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = [
  '*.md',
  'docs/**/*.md',
  'packages/*/README.md',
  'packages/observability/bench/*.md',
  'examples/**/*.md',
  'alerts/**/*.md',
  'dashboards/*.md',
  'prometheus/*.md',
  'bench/**/*.md',
  'charts/**/*.md',
  'scripts/assets/*.md',
];

/**
 * Returns the pages for people, by their path from the root.
 * The list of changes is left out, since it is about the past.
 */
export function pages(): ReadonlyMap<string, string> {
  const patterns = PAGES.map((pattern) => `:(glob)${pattern}`);
  const listed = execFileSync('git', ['ls-files', '-z', ...patterns], { cwd: ROOT, encoding: 'utf8' });
  const paths = listed.split('\0').filter((path) => path !== '' && path !== 'CHANGELOG.md');
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}
