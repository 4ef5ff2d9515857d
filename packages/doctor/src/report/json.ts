import type { Result } from '../run/result.js';
import { addressOf } from './address.js';
import { findingsOf, shown } from './flat.js';

/** Writes the report for programs, with the outcome of every check. */
export function jsonReport(results: readonly Result[]): string {
  const checks = results.map((result) => {
    const { check, outcome, ms } = result;
    const { code, group, title, why } = check;
    const findings = findingsOf([result]).map(({ severity, found, cure, where }) => ({
      severity,
      found,
      cure,
      ...(where && { where }),
    }));
    return {
      code,
      group,
      title,
      outcome: outcome.kind,
      ...(outcome.kind === 'found' && { why, findings }),
      ...((outcome.kind === 'unknown' || outcome.kind === 'not applicable') && {
        because: shown(outcome.because),
      }),
      ...(outcome.kind === 'skipped' && { reason: shown(outcome.reason) }),
      ...(outcome.kind === 'hidden' && { by: outcome.by }),
      ...(outcome.kind === 'not asked' && { missing: outcome.missing }),
      link: addressOf(code),
      milliseconds: Math.round(ms),
    };
  });
  return `${JSON.stringify({ checks }, undefined, 2)}\n`;
}
