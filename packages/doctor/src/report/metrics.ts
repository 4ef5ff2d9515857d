import { renameSync, writeFileSync } from 'node:fs';
import { doctorCatalog } from '@pmcp/observability/catalog';
import { type DoctorSettings, labelPairs, pushText, say } from '@pmcp/observability/internal';
import type { Outcome, Result } from '../run/result.js';

/** The `job` label of the pushed metrics. */
const GROUP = 'pmcp_doctor';

/** Writes the results in Prometheus's text format. Checks that did not run, are hidden or have an unknown result have no sample. */
function metricsReport(results: readonly Result[]): string {
  const { check, lastRun } = doctorCatalog;
  const samples = results.flatMap(({ check: { code, title, severity }, outcome }) => {
    const value = valueFrom(outcome, severity);
    return value === undefined ? [] : [`${check.name}{${labelPairs(check.labels, [code, title])}} ${value}`];
  });
  const lines = [
    ...headerOf(check),
    ...samples,
    ...headerOf(lastRun),
    `${lastRun.name} ${Date.now() / 1_000}`,
  ];
  return `${lines.join('\n')}\n`;
}

function headerOf({
  name,
  help,
  type,
}: {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}) {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function valueFrom(outcome: Outcome, usual: Result['check']['severity']): number | undefined {
  if (outcome.kind === 'passed' || outcome.kind === 'not applicable') return 0;
  if (outcome.kind !== 'found') return undefined;
  return outcome.findings.some(({ severity = usual }) => severity === 'fail') ? 2 : 1;
}

/** Publishes the metrics as set in the settings. A failure is only reported, and does not affect the run. */
export async function publishMetrics(settings: DoctorSettings, results: readonly Result[]): Promise<void> {
  const { metricsFile, pushgateway } = settings;
  const text = metricsReport(results);
  const told = (error: unknown) =>
    say('PMCP_W_DOCTOR_NOT_PUBLISHED', `can't publish the results: ${(error as Error).message}`);
  try {
    if (metricsFile !== undefined) writeWhole(metricsFile, text);
  } catch (error) {
    told(error);
  }
  if (pushgateway !== undefined) await pushText(pushgateway, GROUP, subjectOf(settings), text).catch(told);
}

/** Returns what was looked at. Doctors that look at different things keep their results apart by it. */
function subjectOf({
  url,
  prometheus,
  alertmanager,
  grafana,
  kube,
  namespace,
  manifests,
}: DoctorSettings): string {
  const address = url ?? prometheus ?? alertmanager ?? grafana;
  return address?.host ?? [kube ?? manifests ?? 'doctor', ...namespace].join(' ');
}

/** Replaces the file in one step, so that node_exporter never reads half of it. It ignores files that do not end in .prom. */
function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}
