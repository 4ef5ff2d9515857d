import { command, configFlag } from './command.js';
import { say, UsageError } from './errors.js';
import { publisher, shippedDashboards } from './publisher.js';
import { toggle } from './values.js';

const flags = {
  dryRun: toggle('only show what would change'),
  prune: toggle('remove our dashboards that no longer exist'),
  config: configFlag,
};

export const dashboardsPublishCommand = command({
  name: 'dashboards publish',
  summary:
    'Publishes the dashboards to the Grafana at GRAFANA_URL, with GRAFANA_TOKEN.\ndashboards/README.md in the repository lists all variables.',
  flags,
  async run({ values: { dryRun, prune } }) {
    const { publish, settings } = await publisher();
    const args = [...(dryRun ? ['--dry-run'] : []), ...(prune ? ['--prune'] : [])];
    const given = usable(() => settings(process.env, args));
    const summary = await publish(shippedDashboards(), given, (line) => process.stdout.write(`${line}\n`));
    const counts = Object.entries(summary).map(([result, uids]) => `${uids.length} ${result}`);
    process.stdout.write(`${dryRun ? 'dry run: ' : ''}${counts.join(', ')}\n`);
    const { failed = [] } = summary;
    if (failed.length === 0) return;
    say('PMCP_E_PUBLISH', `failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  },
});

function usable(settings: () => object | undefined): object {
  try {
    const given = settings();
    if (given !== undefined) return given;
  } catch (error) {
    throw new UsageError('PMCP_E_BAD_VALUE', (error as Error).message);
  }
  throw new UsageError('PMCP_E_MISSING', 'dashboards publish needs GRAFANA_URL: https://grafana.example.com');
}
