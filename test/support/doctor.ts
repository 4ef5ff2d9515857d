import type { DoctorSettings } from '@pmcp/observability/internal';
import type { Check } from '../../packages/doctor/src/check.js';
import { CHECKS } from '../../packages/doctor/src/checks/registry.js';
import { Context } from '../../packages/doctor/src/context.js';
import type { Result } from '../../packages/doctor/src/run/result.js';
import { runChecks } from '../../packages/doctor/src/run/run.js';

const SETTINGS: DoctorSettings = {
  url: undefined,
  admin: undefined,
  prometheus: undefined,
  alertmanager: undefined,
  grafana: undefined,
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
