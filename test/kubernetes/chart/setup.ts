import { requireTool } from '../../../scripts/tools/index.js';

/** Before any test has a timeout: a build from source takes longer than a test may. */
export default async function setup(): Promise<void> {
  await requireTool('helm');
  await requireTool('kubectl');
}
