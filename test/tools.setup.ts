import { requireTool } from '../scripts/tools/index.js';
import { ALERTMANAGER } from './support/alerting.js';

/** Before any test has a timeout: fetching the tools takes longer than a test may. */
export default async function setup(): Promise<void> {
  await requireTool('prometheus');
  await requireTool('promtool');
  await requireTool('alertmanager', ALERTMANAGER);
  await requireTool('amtool');
}
