import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleOf, type ToolName } from './bundles.js';
import { atLeast, versionIn } from './version.js';

const run = promisify(execFile);

export interface Tool {
  readonly path: string;
  readonly version: string;
}

/** What a tool has to be able to do beside being there. */
export interface Need {
  /** Prometheus with Kubernetes discovery compiled in, which Debian's has not. */
  readonly kubernetesSd?: boolean;
  /** Versions from this on are too new; for tests against an older generation. */
  readonly below?: string;
}

/** Debian gives some programs another name. */
const ALIASES: Readonly<Partial<Record<ToolName, string>>> = { alertmanager: 'prometheus-alertmanager' };

/** The first program on the PATH or under `.tools` that is new enough and can do what is needed. */
export async function findTool(tool: ToolName, need: Need, toolsFolder: string): Promise<Tool | undefined> {
  for (const path of candidates(tool, toolsFolder)) {
    const version = await versionOf(path);
    if (version && (await serves(path, version, tool, need))) return { path, version };
  }
  return undefined;
}

function candidates(tool: ToolName, toolsFolder: string): string[] {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...subfolders(toolsFolder, 'bin'),
    // Debian keeps the programs of PostgreSQL off the PATH.
    ...subfolders('/usr/lib/postgresql', 'bin'),
  ];
  const names = [tool, ALIASES[tool] ?? tool];
  return [...new Set(folders.flatMap((folder) => names.map((name) => join(folder, name))))].filter(
    isExecutable,
  );
}

function subfolders(folder: string, name: string): string[] {
  try {
    return readdirSync(folder).map((entry) => join(folder, entry, name));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(path, ['--version'], { timeout: 30_000 });
    return versionIn(stdout + stderr);
  } catch {
    return undefined;
  }
}

async function serves(path: string, version: string, tool: ToolName, need: Need): Promise<boolean> {
  if (!atLeast(version, bundleOf(tool).minVersion)) return false;
  if (need.below && atLeast(version, need.below)) return false;
  return !need.kubernetesSd || hasKubernetesSd(join(dirname(path), 'promtool'));
}

/** A build without Kubernetes discovery does not know the field. */
async function hasKubernetesSd(promtool: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, 'scrape_configs: [{ job_name: x, kubernetes_sd_configs: [{ role: pod }] }]\n');
    await run(promtool, ['check', 'config', config]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
