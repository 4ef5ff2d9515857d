import { readFileSync, writeFileSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import { isMap, isScalar, LineCounter, parseAllDocuments, stringify } from 'yaml';
import type { Edit } from '../check.js';

/** A file before and after its repairs. */
export interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Applies the repairs to the texts of their files. Repairs that can't be done safely are left out. */
export function changesOf(edits: readonly Edit[]): Change[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files
    .map((file) => {
      const before = readFileSync(file, 'utf8');
      const own = edits.filter((edit) => edit.file === file);
      // One after another, because each edit moves the text behind it.
      return { file, before, after: own.reduce(edited, before) };
    })
    .filter(({ before, after }) => before !== after);
}

export function writeChanges(changes: readonly Change[]): void {
  for (const { file, after } of changes) writeFileSync(file, after);
}

/**
 * Changes or adds one value, and keeps everything else: comments, quotes, order. It adds nothing to an inline map, and
 * leaves alone what comes from an alias.
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

/** Returns the changes in the format of `patch`. */
export function diffOf(changes: readonly Change[]): string {
  return changes.map(({ file, before, after }) => createTwoFilesPatch(file, file, before, after)).join('');
}
