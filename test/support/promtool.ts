import { requireTool } from '../../scripts/tools/index.js';
import { run } from '../../scripts/tools/run.js';

/** Both that operators run; a configuration has to please both wherever both know what it is about. */
export type Generation = '2' | '3';

/** Runs promtool of a generation to its end, and gives what it printed. */
export async function promtool(generation: Generation, ...args: string[]): Promise<string> {
  return run(await promtoolPath(generation), args);
}

/** The setting is read at the call itself, so that it can go back at once. */
async function promtoolPath(generation: Generation): Promise<string> {
  const { PMCP_TOOLS_PROMETHEUS: before = '' } = process.env;
  process.env.PMCP_TOOLS_PROMETHEUS = generation;
  const tool = requireTool('promtool', generation === '3' ? { kubernetesSd: true } : {});
  process.env.PMCP_TOOLS_PROMETHEUS = before;
  return (await tool).path;
}
