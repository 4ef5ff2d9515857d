import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, bundleOf, type ToolName, type Way } from './bundles.js';
import { findTool, type Need, type Tool } from './find.js';
import { withLock } from './lock.js';
import { canServe, install } from './ways.js';

export type { Need, Tool, ToolName };

export interface Setup {
  /** Where tools are kept. Default: `.tools` at the root of the repository. */
  readonly toolsFolder?: string;
  /** Told of every step. Default: a line on stderr. */
  readonly log?: (text: string) => void;
}

const TOOLS = join(import.meta.dirname, '../../.tools');
/** A heartbeat for steps that take minutes. */
const HEARTBEAT_MS = 15_000;

/**
 * Finds a program on the PATH or in `.tools`, and installs it there when it is missing: by the quickest way
 * that gives what is needed. Processes that ask at the same time install once.
 *
 * @throws Error that says what was tried, why it failed, and what to install by hand
 */
export async function requireTool(tool: ToolName, need: Need = {}, setup: Setup = {}): Promise<Tool> {
  const { toolsFolder = TOOLS, log = logToStderr() } = setup;
  const wanted = { ...generation(tool), ...need };
  const found = await findTool(tool, wanted, toolsFolder);
  if (found) return found;
  await mkdir(toolsFolder, { recursive: true });
  return withLock(join(toolsFolder, '.lock'), async () => {
    // Whoever held the lock before may have installed it.
    return (await findTool(tool, wanted, toolsFolder)) ?? (await installAny(tool, wanted, toolsFolder, log));
  });
}

/** CI runs everything against both generations of Prometheus: `PMCP_TOOLS_PROMETHEUS` is 2 or 3. */
function generation(tool: ToolName): Need {
  const wanted = process.env.PMCP_TOOLS_PROMETHEUS;
  if (!wanted || bundleOf(tool).name !== 'prometheus') return {};
  if (wanted === '2') return { below: '3' };
  if (wanted === '3') return { kubernetesSd: true };
  throw new TypeError(`Expected \`PMCP_TOOLS_PROMETHEUS\` to be 2 or 3, got "${wanted}"`);
}

async function installAny(
  tool: ToolName,
  need: Need,
  toolsFolder: string,
  log: (text: string) => void,
): Promise<Tool> {
  const bundle = bundleOf(tool);
  const reasons: string[] = [];
  for (const way of bundle.ways.filter((candidate) => canServe(candidate, need))) {
    try {
      await installOne(bundle, way, toolsFolder, log);
      const found = await findTool(tool, need, toolsFolder);
      if (found) return found;
      reasons.push(`${way.kind}: installed, but not what is needed`);
    } catch (error) {
      reasons.push(`${way.kind}: ${(error as Error).message}`);
    }
    log(`${bundle.name}: ${reasons.at(-1)}`);
  }
  throw new Error(
    `Could not get ${tool}:\n${reasons.map((reason) => `  ${reason}\n`).join('')}Please ${bundle.byHand}.`,
  );
}

/** Builds up in a folder aside, so that a step that is cut off leaves nothing that looks like a tool. */
async function installOne(
  bundle: Bundle,
  way: Way,
  toolsFolder: string,
  log: (text: string) => void,
): Promise<void> {
  const aside = await mkdtemp(join(toolsFolder, '.partial-'));
  const heartbeat = setInterval(() => log(`still working on ${bundle.name}`), HEARTBEAT_MS);
  try {
    await install(way, aside, log);
    const target = join(toolsFolder, `${bundle.name}-${way.kind}`);
    await rm(target, { recursive: true, force: true });
    await rename(aside, target);
  } finally {
    clearInterval(heartbeat);
    await rm(aside, { recursive: true, force: true });
  }
}

function logToStderr(): (text: string) => void {
  const start = performance.now();
  return (text) =>
    process.stderr.write(`[tools ${((performance.now() - start) / 1000).toFixed(0)} s] ${text}\n`);
}
