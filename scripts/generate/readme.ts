import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const README = join(import.meta.dirname, '../../README.md');

/** The README with what stands between its markers written anew. */
export function readmeWith(blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce(replaced, readFileSync(README, 'utf8'));
}

function replaced(text: string, [name, content]: readonly [string, string]): string {
  const [begin, end] = [`<!-- Generated: ${name} -->\n`, `<!-- End: ${name} -->\n`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`Expected README.md to have a line ${begin.trim()} and after it ${end.trim()}`);
  }
  return `${before}${begin}\n${content}\n\n${end}${after}`;
}
