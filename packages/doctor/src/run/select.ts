import { didYouMean, UsageError } from '@pmcp/observability/internal';
import { type Check, type Code, GROUPS } from '../check.js';

/**
 * Finds the checks for words that are groups, or codes in upper or lower case.
 *
 * @param from where the words were given, for the error message
 * @throws UsageError
 */
export function named(words: readonly string[], checks: readonly Check[], from: string): Check[] {
  return words.flatMap((word) => {
    const members = checks.filter(({ code, group }) => code === word.toUpperCase() || group === word);
    if (members.length > 0) return members;
    const known = [...checks.map(({ code }) => code), ...Object.keys(GROUPS)];
    throw new UsageError(
      'PMCP_E_BAD_VALUE',
      `expected ${from} to have codes such as PMCP-D001, or groups, got ${JSON.stringify(word)}${didYouMean(word, known)}`,
    );
  });
}

/** Returns the checks that `--only` selects, in the order of the checklist, or all without it. */
export function selected(only: readonly string[], checks: readonly Check[]): readonly Check[] {
  if (only.length === 0) return checks;
  const wanted: ReadonlySet<Check> = new Set(named(only, checks, '--only'));
  return checks.filter((check) => wanted.has(check));
}

/** Maps the code of each check that `--skip` or the file leaves out to the reason. */
export function withReason(checks: readonly Check[], reason: string): Map<Code, string> {
  return new Map(checks.map(({ code }) => [code, reason]));
}
