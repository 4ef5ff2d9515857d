/**
 * Builds the page of the viewer. The built page is committed, because its libraries are large.
 *
 * Without an argument: installs the libraries and builds it. `--check`: reports whether the committed page
 * matches the hash of its sources. `--verify`: builds it elsewhere and compares every byte.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourcesHash } from './sources.js';

const viewer = join(import.meta.dirname, '../../packages/viewer');
const app = join(viewer, 'app');
const bundle = join(viewer, 'bundle');
const HASH = 'sources.txt';
const REMEDY = 'Run `npm run build:viewer` and commit packages/viewer/bundle.';

function run(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: app, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function build(folder: string): void {
  run('npm', 'ci', '--no-audit', '--no-fund', '--legacy-peer-deps');
  run('npx', 'tsc', '--project', '.');
  run('npx', 'vite', 'build', '--outDir', folder, '--emptyOutDir');
  writeFileSync(join(folder, HASH), `${sourcesHash(app)}\n`);
}

function check(): string | undefined {
  const file = join(bundle, HASH);
  const made = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  return made === sourcesHash(app) ? undefined : 'the sources have changed since it was built';
}

function verify(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'viewer-bundle-'));
  try {
    build(folder);
    const names = new Set([...readdirSync(folder), ...readdirSync(bundle)]);
    const other = [...names].filter((name) => !same(join(folder, name), join(bundle, name)));
    return other.length > 0 ? `these files differ when it is built: ${other.join(', ')}` : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function same(a: string, b: string): boolean {
  try {
    return readFileSync(a).equals(readFileSync(b));
  } catch {
    return false;
  }
}

const [mode] = process.argv.slice(2);
if (mode === undefined) build(bundle);
else {
  const fault = mode === '--verify' ? verify() : check();
  if (fault !== undefined) {
    process.stderr.write(`The bundle of the viewer is stale: ${fault}. ${REMEDY}\n`);
    process.exitCode = 1;
  }
}
