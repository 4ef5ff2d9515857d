import type { Outcome } from './result.js';

/** Shorter secrets are not masked, because they may be parts of words. */
const SHORTEST = 6;
const MASK = '[hidden]';

/** Returns the outcome without the known secrets, which need no pattern to be found. */
export function masked(outcome: Outcome, secrets: ReadonlySet<string>): Outcome {
  const known = [...secrets].filter((secret) => secret.length >= SHORTEST);
  const mask = (text: string) => known.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  if ('because' in outcome) return { ...outcome, because: mask(outcome.because) };
  if (outcome.kind !== 'found') return outcome;
  const findings = outcome.findings.map((finding) => ({
    ...finding,
    found: mask(finding.found),
    ...(finding.cure !== undefined && { cure: mask(finding.cure) }),
  }));
  return { ...outcome, findings };
}
