import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChecksumError } from './checksums.js';
import { find, type Places } from './find.js';
import { type Tool, versionOf } from './inspect.js';
import { withLock } from './lock.js';
import { type Offer, offersFor, type WayName } from './offers.js';
import { BY_HAND, PROGRAMS } from './programs.js';
import type { Progress } from './progress.js';
import { describeRequest, type Request } from './request.js';

/** The folders in which a way works. Afterwards they are removed, or moved into place. */
export interface Workplace {
  readonly scratch: string;
  /** Executables in this folder become the tool. A way that installs for the whole system puts none here. */
  readonly programs: string;
}

/** Installs what an offer promises, or throws an error with the reason. */
export type Way = (offer: Offer, workplace: Workplace, progress: Progress) => Promise<void>;

export interface Site extends Places {
  readonly offers: readonly Offer[];
  readonly ways: Readonly<Record<WayName, Way>>;
}

/** Returns the program that meets the request, and installs it if necessary. */
export async function obtain(request: Request, site: Site, progress: Progress): Promise<Tool> {
  const { tool, passedOver } = await find(request, site);
  if (tool) return tool;
  await mkdir(site.toolsDir, { recursive: true });
  const failures: string[] = [];
  for (const offer of offersFor(request, site.offers)) {
    const title = `${offer.product} ${offer.version} by way of ${offer.way}`;
    try {
      // Each way has its own lock, so that a package does not wait for a build of minutes.
      const lock = join(site.toolsDir, `.lock-${offer.way}`);
      return await withLock(lock, progress, () => attempt(request, offer, site, progress));
    } catch (error) {
      // After a changed archive no other way is tried.
      if (error instanceof ChecksumError) throw error;
      failures.push(`${title}: ${(error as Error).message}`);
      progress(failures.at(-1) ?? '');
    }
  }
  throw new Error(explain(request, site, [...passedOver, ...failures]));
}

async function attempt(request: Request, offer: Offer, site: Site, progress: Progress): Promise<Tool> {
  const already = await find(request, site);
  if (already.tool) return already.tool;
  const scratch = await emptyScratch(site.toolsDir, offer.way);
  try {
    const programs = join(scratch, 'programs');
    await mkdir(programs);
    await site.ways[offer.way](offer, { scratch, programs }, progress);
    await keep(programs, offer, site.toolsDir);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const { tool, passedOver } = await find(request, site);
  if (!tool) throw new Error(passedOver.at(-1) ?? `it did not bring ${request.name}`);
  progress(`${tool.version} is ready: ${tool.path}`);
  return tool;
}

/**
 * Makes an empty scratch folder.
 * The caller holds the lock of this way, so older folders are left from dead processes.
 */
async function emptyScratch(toolsDir: string, way: WayName): Promise<string> {
  const prefix = `.scratch-${way}-`;
  for (const name of await readdir(toolsDir)) {
    if (name.startsWith(prefix)) await rm(join(toolsDir, name), { recursive: true, force: true });
  }
  return mkdtemp(join(toolsDir, prefix));
}

/**
 * Moves new programs into place at once, under their own version.
 * A distribution's may be newer than promised.
 */
async function keep(programs: string, { product, version }: Offer, toolsDir: string): Promise<void> {
  const names = await readdir(programs);
  const [main] = Object.values(PROGRAMS)
    .filter((program) => program.product === product)
    .flatMap(({ files }) => files.filter((file) => names.includes(file)));
  if (main === undefined) return;
  const place = join(toolsDir, `${product}-${(await versionOf(join(programs, main))) ?? version}`);
  await rm(place, { recursive: true, force: true });
  await chmod(programs, 0o755);
  await rename(programs, place);
}

function explain(request: Request, { toolsDir }: Site, reasons: readonly string[]): string {
  const example = join(toolsDir, `${request.product}-<version>`);
  return [
    `Can't find or install ${describeRequest(request)}.`,
    ...reasons.map((reason) => `  - ${reason}`),
    `To install it by hand, ${BY_HAND[request.product]}, and put it on the PATH or into ${example}.`,
  ].join('\n');
}
