import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inspect, type Tool } from './inspect.js';
import { PROGRAMS } from './programs.js';
import type { Request } from './request.js';
import { compareVersions } from './version.js';

/** Where programs may be: folders to search before and after `.tools`, which holds a folder per product version. */
export interface Places {
  readonly path: readonly string[];
  readonly toolsDir: string;
  /** Holds folders per version, as Debian has them for PostgreSQL: `/usr/lib/postgresql/15/bin`. */
  readonly versioned?: string;
}

interface Found {
  readonly tool?: Tool;
  /** The programs of that name that will not do, and why. */
  readonly passedOver: readonly string[];
}

/** The first program that serves the request: what the user put on the PATH goes before what we fetched. */
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

/** `prometheus-3.15.0` and `15` alike. */
function versionInName(folder: string): string {
  return /[\d.]+$/.exec(basename(folder))?.[0] ?? '0';
}

/** The file itself, where several folders of the PATH are one; undefined when it can't be run. */
async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}
