import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inspect, type Tool } from './inspect.js';
import { PROGRAMS } from './programs.js';
import type { Request } from './request.js';
import { compareVersions } from './version.js';

/**
 * Where programs may be: folders to search before and after `.tools`,
 * which has a folder for each version of a product.
 */
export interface Places {
  readonly path: readonly string[];
  readonly toolsDir: string;
  /** Has a folder for each version, as Debian does for PostgreSQL: `/usr/lib/postgresql/15/bin`. */
  readonly versioned?: string;
}

interface Found {
  readonly tool?: Tool;
  /** Why each other program of that name can't be used. */
  readonly passedOver: readonly string[];
}

/**
 * Finds the first program that meets the request.
 * The user's programs on the PATH come before those that we fetched.
 */
export async function find(request: Request, places: Places): Promise<Found> {
  const passedOver: string[] = [];
  const seen = new Set<string>();
  for (const path of await candidates(request, places)) {
    const target = await executable(path);
    if (target === undefined || seen.has(target)) continue;
    seen.add(target);
    const inspection = await inspect(path, request);
    if ('tool' in inspection) return { tool: inspection.tool, passedOver };
    passedOver.push(inspection.fault);
  }
  return { passedOver };
}

async function candidates({ name }: Request, { path, toolsDir, versioned }: Places): Promise<string[]> {
  const folders = [...path, ...(await newestFirst(toolsDir))];
  if (versioned !== undefined) {
    folders.push(...(await newestFirst(versioned)).map((folder) => join(folder, 'bin')));
  }
  return folders.flatMap((folder) => PROGRAMS[name].files.map((file) => join(folder, file)));
}

async function newestFirst(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(parent, name))
    .sort((a, b) => compareVersions(versionInName(b), versionInName(a)));
}

/** Reads the version from names such as `prometheus-3.15.0` and `15`. */
function versionInName(folder: string): string {
  return /[\d.]+$/.exec(basename(folder))?.[0] ?? '0';
}

/**
 * Returns the real path, since folders of the PATH may be links to each other.
 * Undefined if the file can't be run.
 */
async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}
