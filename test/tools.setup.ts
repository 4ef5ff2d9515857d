import { requireTool } from '../scripts/tools/index.js';

/** Fetches what the tests start before any of their clocks runs. */
export default async function setup(): Promise<void> {
  await requireTool('prometheus');
  await requireTool('promtool');
}
