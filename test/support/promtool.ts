import { requireTool } from '../../scripts/tools/index.js';
import { run } from '../../scripts/tools/run.js';
import { type Generation, ofGeneration } from './generation.js';

/** The heap of promtool is so small that it would spend a quarter of its time on garbage collection. */
export const FEWER_COLLECTIONS = { GOGC: '400' };

/** Runs promtool of a generation to its end, and returns its output. */
export async function promtool(generation: Generation, ...args: string[]): Promise<string> {
  const need = generation === '3' ? { kubernetesSd: true as const } : {};
  const { path } = await ofGeneration(generation, () => requireTool('promtool', need));
  return run(path, args, { env: FEWER_COLLECTIONS });
}
