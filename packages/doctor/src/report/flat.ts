import { redactText } from '@pmcp/observability/internal';
import type { Check, Place, Severity } from '../check.js';
import type { Result } from '../run/result.js';

/** A finding without secrets, completed by the defaults of its check. */
export interface Told {
  readonly check: Check;
  readonly severity: Severity;
  readonly found: string;
  readonly cure: string;
  readonly why: string;
  readonly where: Place | undefined;
}

/**
 * Returns all findings in the order of the checks. They may quote servers, so their texts are made safe to show. The own texts of a check hold no
 * secret, but some look as if they did.
 */
export function findingsOf(results: readonly Result[]): Told[] {
  return results.flatMap(({ check, outcome }) =>
    outcome.kind !== 'found'
      ? []
      : outcome.findings.map(({ found, severity = check.severity, cure, why = check.why, where }) => ({
          check,
          severity,
          found: shown(found),
          cure: cure === undefined ? check.cure : shown(cure),
          why,
          where,
        })),
  );
}

/** Removes secrets, and replaces control characters with spaces: a terminal or a file could interpret them. */
export function shown(text: string): string {
  return redactText(text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' '), 2_000);
}
