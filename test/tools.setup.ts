import { requireTool } from '../scripts/tools/index.js';
import { ALERTMANAGER } from './support/alerting.js';
import { ofGeneration } from './support/generation.js';

/** Before any test has a timeout: fetching the tools takes longer than a test may. */
export default async function setup(): Promise<void> {
  await requireTool('prometheus');
  await requireTool('prometheus', { kubernetesSd: true });
  for (const name of ['prometheus', 'promtool'] as const) {
    await ofGeneration('2', () => requireTool(name));
    await ofGeneration('3', () => requireTool(name, { kubernetesSd: true }));
  }
  await requireTool('alertmanager', ALERTMANAGER);
  await requireTool('amtool');
  await requireTool('redis_exporter');
  await requireTool('postgres_exporter');
  await requireTool('node_exporter');
  await requireTool('blackbox_exporter');
  await requireTool('chromium');
}
