/** Publishes the dashboards to the Grafana at `GRAFANA_URL`; does nothing when that is not set. */
import { allDashboards } from '../../dashboards/dashboards.js';
import { publish } from '../../dashboards/publish/publish.js';
import { settings } from '../../dashboards/publish/settings.js';

try {
  const given = settings(process.env, process.argv.slice(2));
  if (given) {
    const summary = await publish(allDashboards(), given, (line) => process.stdout.write(`${line}\n`));
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
