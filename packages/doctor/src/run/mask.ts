import type { Outcome } from './result.js';

/** Shorter ones are parts of words. */
const SHORTEST = 6;
const MASK = '[hidden]';

/** The same without secrets that are known, which no pattern has to find. */
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
