import { expect } from 'vitest';
import type { Check } from '../../packages/doctor/src/check.js';
import { CHECKS } from '../../packages/doctor/src/checks/registry.js';
import { Context, type Settings } from '../../packages/doctor/src/context.js';
import type { Result } from '../../packages/doctor/src/run/result.js';
import { runChecks } from '../../packages/doctor/src/run/run.js';
import { OF_SPEED } from './of-speed.js';
import { Random } from './random.js';
import { PATIENCE_MS } from './until.js';

const SETTINGS: Settings = {
  url: undefined,
  admin: undefined,
  prometheus: undefined,
  alertmanager: undefined,
  grafana: undefined,
  logs: undefined,
  checkLinks: false,
  traces: undefined,
  manifests: undefined,
  sendTestAlert: false,
  kube: undefined,
  namespace: [],
  tool: undefined,
  arguments: undefined,
  tokenFile: [],
  ca: undefined,
  only: [],
  skip: [],
  json: false,
  report: [],
  metricsFile: undefined,
  pushgateway: undefined,
  fix: undefined,
  // The machines of tests are busy. If all is well, nothing takes as long.
  timeout: 120,
  // What ends a quiet stream in tests of that does so in this time.
  holdStream: 0.5,
};

/**
 * Runs every wanted check, as the command does. It runs them again where Prometheus lost a scrape meanwhile: a busy
 * machine answers now and then too late, and the doctor is right to tell of it.
 */
export async function examined(
  settings: Partial<Settings>,
  isWanted: (check: Check) => boolean = ({ code }) => !OF_SPEED.includes(code),
): Promise<Result[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const start = performance.now();
    const results = await examinedOnce(settings, isWanted);
    if (performance.now() > end || !(await lostScrape(settings.prometheus, start))) return results;
  }
}

async function examinedOnce(
  settings: Partial<Settings>,
  isWanted: (check: Check) => boolean,
): Promise<Result[]> {
  const context = new Context({ ...SETTINGS, ...settings }, AbortSignal.timeout(120_000));
  try {
    return await runChecks(CHECKS.filter(isWanted), context, new Map());
  } finally {
    await context.end();
  }
}

/** Whether a scrape of a target that answers else has timed out since a moment, or just before. */
async function lostScrape(prometheus: URL | undefined, since: number): Promise<boolean> {
  if (prometheus === undefined) return false;
  const window = Math.ceil((performance.now() - since) / 1000) + 3;
  const late = `(scrape_duration_seconds > 0.9 and up == 0)[${window}s:500ms]`;
  const query = `max_over_time(${late}) and max_over_time(up[5m]) == 1`;
  const url = new URL(`/api/v1/query?query=${encodeURIComponent(query)}`, prometheus);
  const answer = await fetch(url)
    .then((response) => response.json())
    .catch(() => undefined);
  return answer?.data?.result?.length > 0;
}

/**
 * Returns the findings by code, and the checks whose result is unknown.
 *
 * @param looked a code that a test looks for, also one of speed
 */
export async function diagnosis(
  settings: Partial<Settings>,
  looked?: string,
): Promise<Record<string, string[]>> {
  const isWanted = ({ code }: Check) => code === looked || !OF_SPEED.includes(code);
  const told = (await examined(settings, isWanted)).flatMap(({ check, outcome }) => {
    if (outcome.kind === 'found') return [[check.code, outcome.findings.map(({ found }) => found)]];
    return outcome.kind === 'unknown' ? [[check.code, [`can't be told: ${outcome.because}`]]] : [];
  });
  return Object.fromEntries(told);
}

/**
 * Set-ups with one fault each, by the code that the doctor reports: a description, and the doctor's settings.
 */
export type Broken = Readonly<
  Record<string, readonly [what: string, arrange: () => Promise<Partial<Settings>>]>
>;

/** Returns the rows for `it.each`. */
export function rows(broken: Broken) {
  return Object.entries(broken).map(([code, [what, arrange]]) => ({ code, what, arrange }));
}

/** Returns some pairs of entries of a table, the same in each run. */
export function pairs<T>(table: readonly T[], count: number): readonly (readonly [T, T])[] {
  const random = new Random(20);
  return Array.from({ length: count }, () => {
    const first = random.below(table.length);
    const second = (first + 1 + random.below(table.length - 1)) % table.length;
    return [table[first]!, table[second]!] as const;
  });
}

/** Expects that each fault is found or hidden by another of them, and that nothing else is reported. */
export function expectOnly(results: readonly Result[], codes: readonly string[]): void {
  const told = results.filter(({ outcome }) => outcome.kind === 'found' || outcome.kind === 'unknown');
  const found = told.map(({ check }) => check.code as string);
  expect(found.length).toBeGreaterThan(0);
  expect(codes).toEqual(expect.arrayContaining(found));
  for (const { check, outcome } of results)
    if (codes.includes(check.code) && !found.includes(check.code))
      expect(outcome, check.code).toEqual({ kind: 'hidden', by: expect.toBeOneOf([...codes]) });
}
