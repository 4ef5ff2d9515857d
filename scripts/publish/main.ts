/**
 * Writes the generated files of the dashboards. If `GRAFANA_URL` is set, it also publishes the dashboards to
 * that Grafana. One process does both, because loading the builders takes most of the time.
 *
 *     npm run build:dashboards -- [--dry-run] [--prune] [--histograms native --out folder]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allDashboards } from '../../dashboards/dashboards.js';
import { dashboardFiles, dashboardOutputs } from '../../dashboards/files.js';
import { publish } from '../../dashboards/publish/publish.js';
import { settings } from '../../dashboards/publish/settings.js';
import { HISTOGRAM_FORMS, type HistogramForm } from '../../prometheus/promql.js';
import { writeAll } from '../generate/write.js';

const root = join(import.meta.dirname, '../..');

try {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean' },
      prune: { type: 'boolean' },
      histograms: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const form = formOf(values.histograms);
  const flags = (['dry-run', 'prune'] as const).filter((name) => values[name]).map((name) => `--${name}`);
  const given = settings(process.env, flags);
  for (const path of write(form, values.out, given !== undefined)) process.stdout.write(`${path}\n`);
  if (given) {
    const summary = await publish(allDashboards(form), given, (line) => process.stdout.write(`${line}\n`));
    const counts = Object.entries(summary).map(([result, uids]) => `${uids.length} ${result}`);
    process.stdout.write(`${given.dryRun ? 'dry run: ' : ''}${counts.join(', ')}\n`);
    if (summary.failed.length > 0) {
      process.stderr.write(`failed: ${summary.failed.join(', ')}\n`);
      process.exitCode = 1;
    }
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function formOf(given: string | undefined): HistogramForm {
  const form = HISTOGRAM_FORMS.find((form) => form === (given ?? 'classic'));
  if (form === undefined)
    throw new Error(`Expected --histograms to be one of ${HISTOGRAM_FORMS.join(', ')}, got ${given}`);
  return form;
}

/** The committed files use classic histograms. Other forms go into the given folder. */
function write(form: HistogramForm, out: string | undefined, publishes: boolean): string[] {
  if (out !== undefined) return writeAll(out, dashboardOutputs(form)).map((path) => join(out, path));
  if (form === 'classic') return writeAll(root, dashboardFiles);
  if (!publishes) throw new Error(`Expected --out or GRAFANA_URL beside --histograms ${form}`);
  return [];
}
