import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdicts } from './compare.js';

/** The protocol revisions that the suite tests. */
export type Revision = '2025-11-25' | '2026-07-28';

/**
 * The suite and its Node.js, which is newer than our oldest.
 * They are fetched for each run, not installed with our tools.
 */
const PACKAGES = ['@modelcontextprotocol/conformance@0.2.0-alpha.12', 'node@24'];
const COMMAND = [
  'exec',
  '--yes',
  '--engine-strict=false',
  ...PACKAGES.map((name) => `--package=${name}`),
  '--',
];

const run = promisify(execFile);

/** Runs all checks of the suite for a revision against the server at `url`. */
export async function play(url: string, revision: Revision): Promise<Verdicts> {
  const folder = await mkdtemp(join(tmpdir(), 'pmcp-conformance-'));
  try {
    const suite = ['conformance', 'server', '--url', url, '--requirements', revision, '--output-dir', folder];
    // The exit code shows whether the server conforms, which does not matter here.
    const { stdout, stderr } = await run('npm', [...COMMAND, ...suite], { maxBuffer: Infinity }).catch(
      (ended) => ended,
    );
    const verdicts = await verdictsIn(folder);
    if (verdicts.size === 0)
      throw new Error(`Expected the suite to leave its checks, got none: ${stderr || stdout}`);
    return verdicts;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/** The suite writes a folder for each scenario, such as `server-tools-list-2026-11-28T05-43-06-123Z`. */
const SCENARIO = /^server-(.+?)-\d{4}-\d\d-\d\dT/;

async function verdictsIn(folder: string): Promise<Verdicts> {
  const verdicts = new Map<string, string[]>();
  for (const entry of (await readdir(folder)).sort()) {
    const checks: Check[] = JSON.parse(await readFile(join(folder, entry, 'checks.json'), 'utf8'));
    for (const { id, name, status } of checks) {
      const check = `${SCENARIO.exec(entry)?.[1] ?? entry}: ${id} ${name}`;
      verdicts.set(check, [...(verdicts.get(check) ?? []), status]);
    }
  }
  return verdicts;
}
