import type { DoctorSettings } from '@pmcp/observability/internal';
import { expect } from 'vitest';
import type { Check } from '../../packages/doctor/src/check.js';
import { CHECKS } from '../../packages/doctor/src/checks/registry.js';
import { Context } from '../../packages/doctor/src/context.js';
import type { Result } from '../../packages/doctor/src/run/result.js';
import { runChecks } from '../../packages/doctor/src/run/run.js';
import { Random } from './random.js';

const SETTINGS: DoctorSettings = {
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
  // Machines of tests are busy; nobody waits for it where all is well.
  timeout: 60,
};

/** Runs every check, as the command does. */
export async function examined(
  settings: Partial<DoctorSettings>,
  isWanted: (check: Check) => boolean = () => true,
): Promise<Result[]> {
  const context = new Context({ ...SETTINGS, ...settings }, AbortSignal.timeout(60_000));
  try {
    return await runChecks(CHECKS.filter(isWanted), context, new Map());
  } finally {
    await context.end();
  }
}

/** What people would act on: findings by code, and what could not be told. */
export async function diagnosis(settings: Partial<DoctorSettings>): Promise<Record<string, string[]>> {
  const told = (await examined(settings)).flatMap(({ check, outcome }) => {
    if (outcome.kind === 'found') return [[check.code, outcome.findings.map(({ found }) => found)]];
    return outcome.kind === 'unknown' ? [[check.code, [`can't be told: ${outcome.because}`]]] : [];
  });
  return Object.fromEntries(told);
}

/** Set-ups that are broken in one way each, by the code that they get: what it is, and what the doctor is then asked. */
export type Broken = Readonly<
  Record<string, readonly [what: string, arrange: () => Promise<Partial<DoctorSettings>>]>
>;

/** For a table of tests. */
export function rows(broken: Broken) {
  return Object.entries(broken).map(([code, [what, arrange]]) => ({ code, what, arrange }));
}

/** Some pairs of what is in a table, the same in each run. */
export function pairs<T>(table: readonly T[], count: number): readonly (readonly [T, T])[] {
  const random = new Random(20);
  return Array.from({ length: count }, () => {
    const first = random.below(table.length);
    const second = (first + 1 + random.below(table.length - 1)) % table.length;
    return [table[first]!, table[second]!] as const;
  });
}

/** Of several faults each is found, or hidden by another of them; and nothing else is said. */
export function expectOnly(results: readonly Result[], codes: readonly string[]): void {
  const told = results.filter(({ outcome }) => outcome.kind === 'found' || outcome.kind === 'unknown');
  const found = told.map(({ check }) => check.code as string);
  expect(found.length).toBeGreaterThan(0);
  expect(codes).toEqual(expect.arrayContaining(found));
  for (const { check, outcome } of results)
    if (codes.includes(check.code) && !found.includes(check.code))
      expect(outcome, check.code).toEqual({ kind: 'hidden', by: expect.toBeOneOf([...codes]) });
}
