import { createTwoFilesPatch } from 'diff';
import type { Change } from './edits.js';

/** Returns the changes in the format of `patch`. */
export function diffOf(changes: readonly Change[]): string {
  return changes.map(({ file, before, after }) => createTwoFilesPatch(file, file, before, after)).join('');
}
