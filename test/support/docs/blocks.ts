import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** One fenced block of a page. */
export interface Block {
  /** Says in test reports where it is. */
  readonly title: string;
  readonly page: string;
  /** The folder of the page, from the root of the repository. */
  readonly folder: string;
  readonly language: string;
  /** Without the indentation that it has in a list. */
  readonly text: string;
}

/** The Markdown pages of the repository. */
export function pages(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\0').filter(Boolean);
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function blocksOf(page: string): Block[] {
  const found = [...read(page).matchAll(/^( *)```([^\n]*)\n(.*?)^ *```$/gms)];
  return found.map(([, indent = '', language = '', text = ''], i) => ({
    title: `block ${i + 1} of ${page}`,
    page,
    folder: dirname(page),
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}
