import { requireTool } from '../../scripts/tools/index.js';
import { run } from '../../scripts/tools/run.js';
import { type Generation, ofGeneration } from './generation.js';

/** Runs promtool of a generation to its end, and returns its output. */
export async function promtool(generation: Generation, ...args: string[]): Promise<string> {
  const need = generation === '3' ? { kubernetesSd: true as const } : {};
  const { path } = await ofGeneration(generation, () => requireTool('promtool', need));
  return run(path, args);
}
