/**
 * Writes the generated files of the dashboards, and publishes these to the Grafana at `GRAFANA_URL` when that is set.
 * All in one process: most of the time goes into loading the builders.
 */
import { join } from 'node:path';
import { dashboardFiles, dashboards } from '../../dashboards/files.js';
import { publish } from '../../dashboards/publish/publish.js';
import { settings } from '../../dashboards/publish/settings.js';
import { writeAll } from '../generate/write.js';

const root = join(import.meta.dirname, '../..');

try {
  const given = settings(process.env, process.argv.slice(2));
  for (const path of writeAll(root, dashboardFiles)) process.stdout.write(`${path}\n`);
  if (given) {
    const summary = await publish(dashboards, given, (line) => process.stdout.write(`${line}\n`));
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
