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

/** Folders for a way to work in; both are gone, or moved into place, when it has ended. */
export interface Workplace {
  readonly scratch: string;
  /** Executables left here become the tool; a way that installs for the whole system leaves none. */
  readonly programs: string;
}

/** Gets what an offer promises, or throws the reason why it can't. */
export type Way = (offer: Offer, workplace: Workplace, progress: Progress) => Promise<void>;

export interface Site extends Places {
  readonly offers: readonly Offer[];
  readonly ways: Readonly<Record<WayName, Way>>;
}

/** The program that serves the request, installed if need be. */
export async function obtain(request: Request, site: Site, progress: Progress): Promise<Tool> {
  const { tool, passedOver } = await find(request, site);
  if (tool) return tool;
  await mkdir(site.toolsDir, { recursive: true });
  const failures: string[] = [];
  for (const offer of offersFor(request, site.offers)) {
    const title = `${offer.product} ${offer.version} by way of ${offer.way}`;
    try {
      // One lock a way, not one for all: who needs a package doesn't wait for a build of minutes.
      const lock = join(site.toolsDir, `.lock-${offer.way}`);
      return await withLock(lock, progress, () => attempt(request, offer, site, progress));
    } catch (error) {
      // An archive that was tampered with is no reason to look elsewhere.
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

/** Whoever holds the lock of a way is alone with its scratch folders: others are left from processes that died. */
async function emptyScratch(toolsDir: string, way: WayName): Promise<string> {
  const prefix = `.scratch-${way}-`;
  for (const name of await readdir(toolsDir)) {
    if (name.startsWith(prefix)) await rm(join(toolsDir, name), { recursive: true, force: true });
  }
  return mkdtemp(join(toolsDir, prefix));
}

/** Moves new programs into place at once, under their own version: a distribution's may be newer than promised. */
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
