import { readFileSync } from 'node:fs';
import { type DoctorSettings, UsageError } from '@pmcp/observability/internal';
import { CHECKS } from './checks/registry.js';
import { Context } from './context.js';
import { tokenFiles } from './facts/secrets.js';
import { changesOf, diffOf, writeChanges } from './fix/edits.js';
import { publishAgain } from './fix/publish.js';
import { coloursFor } from './report/colours.js';
import { checkReports, writeReports } from './report/files.js';
import { humanReport } from './report/human.js';
import { jsonReport } from './report/json.js';
import { publishMetrics } from './report/metrics.js';
import { progressOf, tell } from './report/progress.js';
import { exitCode, type Result } from './run/result.js';
import { runChecks } from './run/run.js';
import { named, selected, withReason } from './run/select.js';
import { readSkips } from './run/skips.js';
import { secondsFor } from './run/time.js';

/**
 * Looks at everything that the settings name, and prints what was found.
 *
 * @returns the exit code: 0 for no finding, 1 for a finding, 2 if a result is unknown and nothing was found
 * @throws UsageError for settings that can't be used
 */
export async function examine(settings: DoctorSettings): Promise<number> {
  const { url, admin, prometheus, alertmanager, grafana, manifests, kube, report, json } = settings;
  if (
    !url &&
    !admin &&
    !prometheus &&
    !alertmanager &&
    !grafana &&
    manifests === undefined &&
    kube === undefined
  )
    throw new UsageError(
      'PMCP_E_MISSING',
      'doctor needs something to look at: --url http://HOST:PORT/mcp, --admin http://HOST:PORT, --prometheus URL, --alertmanager URL, --grafana URL, --manifests PATH or --kube CONTEXT',
    );
  if (json && settings.fix !== undefined)
    throw new UsageError(
      'PMCP_E_BAD_VALUE',
      '--fix prints a diff, and --json nothing but JSON: use --report FILE.json',
    );
  checkReports(report);
  tokenFiles(settings.tokenFile);
  const results = await resultsOf(settings);
  process.stdout.write(
    json ? jsonReport(results) : humanReport(results, coloursFor(process.stdout, process.env)),
  );
  writeReports(report, results, version());
  await publishMetrics(settings, results);
  if (settings.fix !== undefined) await fix(results, settings);
  return exitCode(results);
}

/** Shows what would change in manifests and in Grafana, and changes it with `--fix write`. */
async function fix(results: readonly Result[], settings: DoctorSettings): Promise<void> {
  const findings = results.flatMap(({ outcome }) => (outcome.kind === 'found' ? outcome.findings : []));
  const isAllowed = settings.fix === 'write';
  const changes = changesOf(findings.flatMap(({ edit }) => edit ?? []));
  const write = (text: string) => void process.stdout.write(text);
  write(diffOf(changes));
  if (isAllowed) writeChanges(changes);
  await publishAgain(
    findings.flatMap(({ publish }) => publish ?? []),
    settings,
    isAllowed,
    write,
  );
}

async function resultsOf(settings: DoctorSettings): Promise<Result[]> {
  const checks = selected(settings.only, CHECKS);
  const skipped = new Map([
    ...readSkips(CHECKS),
    ...withReason(named(settings.skip, CHECKS, '--skip'), '--skip'),
  ]);
  const timeout = await secondsFor(settings, tell);
  const context = new Context({ ...settings, timeout }, AbortSignal.timeout(timeout * 1_000));
  try {
    return await runChecks(checks, context, skipped, progressOf(checks));
  } finally {
    await context.end();
  }
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
