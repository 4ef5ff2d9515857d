import type { Check, Code, Finding, Need } from '../check.js';

/** The outcome of a check. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'found'; readonly findings: readonly Finding[] }
  /** Check `by` has a finding that explains this check's, or has an unknown result itself. */
  | { readonly kind: 'hidden'; readonly by: Code }
  | { readonly kind: 'unknown'; readonly because: string }
  /** The check has nothing to look at, or not yet, as the lead says. */
  | { readonly kind: 'not applicable'; readonly because: string; readonly lead?: string }
  /** The check needs a setting that was not given. */
  | { readonly kind: 'not asked'; readonly missing: readonly Need[] }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Result {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly ms: number;
}

/** Returns 0 if nothing was found, 1 if something was found, and otherwise 2 if a result is unknown. */
export function exitCode(results: readonly Result[]): number {
  if (results.some(({ outcome }) => outcome.kind === 'found')) return 1;
  return results.some(({ outcome }) => outcome.kind === 'unknown') ? 2 : 0;
}
