import { requireTool } from '../scripts/tools/index.js';

/** Before any test has a timeout: fetching the tools takes longer than a test may. */
export default async function setup(): Promise<void> {
  await requireTool('prometheus');
  await requireTool('promtool');
  await requireTool('alertmanager', { minVersion: '0.26' });
  await requireTool('redis_exporter');
  await requireTool('postgres_exporter');
}
