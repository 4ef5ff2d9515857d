import { createTwoFilesPatch } from 'diff';
import type { Change } from './edits.js';

/** What would change, as `patch` reads it. */
export function diffOf(changes: readonly Change[]): string {
  return changes.map(({ file, before, after }) => createTwoFilesPatch(file, file, before, after)).join('');
}
