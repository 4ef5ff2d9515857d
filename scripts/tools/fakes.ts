import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'pmcp-tools-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Makes an executable that prints `says` for all arguments, and ends with this exit status. */
export async function fakeProgram(folder: string, name: string, says: string, status = 0): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\ncat <<'END'\n${says}\nEND\n[ "$1" = --version ] || exit ${status}\n`);
  await chmod(path, 0o755);
  return path;
}
