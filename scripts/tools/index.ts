import { delimiter, isAbsolute, join } from 'node:path';
import type { Tool } from './inspect.js';
import { obtain, type Site } from './install.js';
import { OFFERS } from './offers.js';
import type { ToolName } from './programs.js';
import { timed } from './progress.js';
import { type Need, toRequest } from './request.js';
import { debianWay } from './ways/debian.js';
import { goWay } from './ways/go.js';
import { releaseWay } from './ways/release.js';

const site: Site = {
  // A relative folder would mean a different program in every working directory.
  path: (process.env.PATH ?? '').split(delimiter).filter(isAbsolute),
  toolsDir: join(import.meta.dirname, '../../.tools'),
  versioned: '/usr/lib/postgresql',
  offers: OFFERS,
  ways: { release: releaseWay(), debian: debianWay, go: goWay },
};

interface Options {
  /** Gets the lines about progress. Default: they go to stderr. */
  readonly log?: (line: string) => void;
}

const known = new Map<string, Promise<Tool>>();

/**
 * Returns a real program from the PATH or from `.tools`. If there is none, it is installed in the quickest
 * possible way.
 * `PMCP_TOOLS_PROMETHEUS` (2 or 3) restricts the generation of prometheus and promtool.
 */
export async function requireTool(name: ToolName, need?: Need, { log }: Options = {}): Promise<Tool> {
  const request = toRequest(name, need, process.env.PMCP_TOOLS_PROMETHEUS);
  const key = JSON.stringify(request);
  let answer = known.get(key);
  if (!answer) {
    answer = obtain(request, site, timed(log));
    known.set(key, answer);
    // A later attempt may succeed. The caller gets the failure from the promise itself.
    answer.catch(() => known.delete(key));
  }
  return answer;
}
