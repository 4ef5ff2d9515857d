import { redactText } from '@pmcp/observability/internal';
import type { Check, Place, Severity } from '../check.js';
import type { Result } from '../run/result.js';

/** A finding with what its check says of all of them, and without secrets. */
export interface Told {
  readonly check: Check;
  readonly severity: Severity;
  readonly found: string;
  readonly cure: string;
  readonly where: Place | undefined;
}

/** What was found, in the order of the checks; what the servers said themselves may hold anything. */
export function findingsOf(results: readonly Result[]): Told[] {
  return results.flatMap(({ check, outcome }) =>
    outcome.kind !== 'found'
      ? []
      : outcome.findings.map(({ found, severity = check.severity, cure = check.cure, where }) => ({
          check,
          severity,
          found: shown(found),
          cure: shown(cure),
          where,
        })),
  );
}

/** On one line, as no terminal or file takes it for anything else. */
export function shown(text: string): string {
  return redactText(text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' '), 2_000);
}
