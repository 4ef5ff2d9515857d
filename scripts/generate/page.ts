import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Returns a page with new text between its markers.
 *
 * @param path from the root of the repository
 */
export function pageWith(path: string, blocks: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return Object.entries(blocks).reduce((text, block) => replaced(path, text, block), text);
}

function replaced(path: string, text: string, [name, content]: readonly [string, string]): string {
  const [begin, end] = [`<!-- Generated: ${name} -->\n`, `<!-- End: ${name} -->\n`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`Expected ${path} to have a line ${begin.trim()} and after it ${end.trim()}`);
  }
  return `${before}${begin}\n${content}\n\n${end}${after}`;
}
