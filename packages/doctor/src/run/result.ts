import type { Check, Code, Finding, Need } from '../check.js';

/** How a check ended. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'found'; readonly findings: readonly Finding[] }
  /** A finding of that check explains what this one would say, or it could not be run. */
  | { readonly kind: 'hidden'; readonly by: Code }
  | { readonly kind: 'unknown'; readonly because: string }
  /** There is nothing of what it looks at. */
  | { readonly kind: 'not applicable'; readonly because: string }
  /** It needs something that was not named. */
  | { readonly kind: 'not asked'; readonly missing: readonly Need[] }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Result {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly ms: number;
}

/** 0 when all is well, 1 when something was found, 2 when something that was asked for can't be told. */
export function exitCode(results: readonly Result[]): number {
  if (results.some(({ outcome }) => outcome.kind === 'found')) return 1;
  return results.some(({ outcome }) => outcome.kind === 'unknown') ? 2 : 0;
}
