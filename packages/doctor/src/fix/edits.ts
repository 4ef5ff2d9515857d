import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseAllDocuments, stringify } from 'yaml';
import type { Edit } from '../check.js';

/** A file before and after its repairs. */
export interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What the repairs make of their files; those that can't be done safely are left out. */
export function changesOf(edits: readonly Edit[]): Change[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files
    .map((file) => {
      const before = readFileSync(file, 'utf8');
      const own = edits.filter((edit) => edit.file === file);
      // One after another: each moves what is behind it.
      return { file, before, after: own.reduce(edited, before) };
    })
    .filter(({ before, after }) => before !== after);
}

export function writeChanges(changes: readonly Change[]): void {
  for (const { file, after } of changes) writeFileSync(file, after);
}

/**
 * The text with one value changed or added, and everything else as it was: comments, quotes, order. What is not written as
 * a block is left alone, and so is what an alias brings.
 */
function edited(text: string, { document: index, path, value }: Edit): string {
  const lines = new LineCounter();
  const document = parseAllDocuments(text, { lineCounter: lines })[index];
  if (document === undefined) return text;
  const there: unknown = document.getIn(path, true);
  const written = stringify(value).trimEnd();
  if (isScalar(there) && there.range) {
    const [start, end] = there.range;
    return `${text.slice(0, start)}${written}${text.slice(end)}`;
  }
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (there !== undefined || !isMap(parent) || parent.flow || !parent.range) return text;
  const [start] = parent.range;
  const indent = ' '.repeat(lines.linePos(start).col - 1);
  return `${text.slice(0, start)}${path.at(-1)}: ${written}\n${indent}${text.slice(start)}`;
}
