import { CannotRun, type Check, type Code, type Finding, type Need, NotApplicable } from '../check.js';
import type { Context } from '../context.js';
import { masked } from './mask.js';
import type { Outcome, Result } from './result.js';

/** The share of the timeout that one check may take. A check that hangs leaves time for those after it. */
const SHARE = 0.8;

/** Tells whether a check is part of this run and is not skipped. */
type IsRun = (code: Code) => boolean;

/** Called with the result of each check when it has ended. */
export type OnResult = (result: Result) => void;

/**
 * Runs all checks at once, but each one after the checks that explain its findings.
 *
 * @param skipped reasons by code
 * @returns the results in the order of the checks
 */
export function runChecks(
  checks: readonly Check[],
  context: Context,
  skipped: ReadonlyMap<Code, string>,
  onResult: OnResult = () => {},
): Promise<Result[]> {
  const running = new Map<Code, Promise<Result>>();
  const isRun: IsRun = (code) => checks.some((check) => check.code === code) && !skipped.has(code);
  const start = (check: Check): Promise<Result> => {
    const known = running.get(check.code);
    if (known) return known;
    const all = (codes: readonly Code[] = []) =>
      Promise.all(checks.filter(({ code }) => codes.includes(code)).map(start));
    const result = runAfter(check, all, context, skipped.get(check.code), isRun);
    running.set(check.code, result);
    void result.then(onResult);
    return result;
  };
  return Promise.all(checks.map(start));
}

async function runAfter(
  check: Check,
  resultsOf: (codes?: readonly Code[]) => Promise<readonly Result[]>,
  context: Context,
  skipped: string | undefined,
  isRun: IsRun,
): Promise<Result> {
  if (skipped !== undefined) return { check, outcome: { kind: 'skipped', reason: skipped }, ms: 0 };
  const missing = missingFor(check, context);
  if (missing.length > 0) return { check, outcome: { kind: 'not asked', missing }, ms: 0 };
  const by = firstCause(await resultsOf(check.after));
  if (by !== undefined) return { check, outcome: { kind: 'hidden', by }, ms: 0 };
  const begin = performance.now();
  const outcome = masked(await ranInTime(check, context, isRun), context.secrets);
  const ms = performance.now() - begin;
  return { check, outcome: outcome.kind === 'found' ? await unexplained(outcome, resultsOf) : outcome, ms };
}

/** Drops the findings that other checks explain. If none is left, the check is hidden by the last of those. */
async function unexplained(
  { findings }: Extract<Outcome, { kind: 'found' }>,
  resultsOf: (codes?: readonly Code[]) => Promise<readonly Result[]>,
): Promise<Outcome> {
  const left: Finding[] = [];
  let by: Code | undefined;
  for (const finding of findings) {
    const cause = (await resultsOf(finding.follows)).find(({ outcome }) => outcome.kind === 'found');
    if (cause === undefined) left.push(finding);
    else by = cause.check.code;
  }
  return by !== undefined && left.length === 0 ? { kind: 'hidden', by } : { kind: 'found', findings: left };
}

function missingFor({ needs }: Check, { settings }: Context): Need[] {
  return needs
    .map((need): readonly Need[] => (typeof need === 'string' ? [need] : need))
    .filter((any) => !any.some((need) => isGiven(settings[need])))
    .flat();
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** Finds the check for the first step that breaks. Later steps break because of it. */
function firstCause(causes: readonly Result[]): Code | undefined {
  for (const { check, outcome } of causes) {
    if (outcome.kind === 'hidden') return outcome.by;
    if (outcome.kind === 'unknown') return check.code;
    if (outcome.kind !== 'found') continue;
    if (outcome.findings.some(({ severity = check.severity }) => severity === 'fail')) return check.code;
  }
  return undefined;
}

async function ranInTime(check: Check, context: Context, isRun: IsRun): Promise<Outcome> {
  const signal = AbortSignal.any([
    context.signal,
    AbortSignal.timeout(context.settings.timeout * 1_000 * SHARE),
  ]);
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new CannotRun('it took too long; --timeout SECONDS gives all checks more'));
    if (signal.aborted) tooLate();
    signal.addEventListener('abort', tooLate, { once: true });
  });
  try {
    const findings = await Promise.race([check.run(context), late]);
    return findings.length === 0 ? { kind: 'passed' } : { kind: 'found', findings };
  } catch (error) {
    const { message: because } = error as Error;
    const by = error instanceof CannotRun ? error.by : undefined;
    if (by !== undefined && by !== check.code && isRun(by)) return { kind: 'hidden', by };
    return error instanceof NotApplicable
      ? { kind: 'not applicable', because, ...(error.lead !== undefined && { lead: error.lead }) }
      : { kind: 'unknown', because };
  } finally {
    late.catch(() => {});
  }
}
