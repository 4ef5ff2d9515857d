import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** A folder inside the repository, so that the program finds its imports. */
const cache = join(root, 'node_modules/.cache');
let clone: string;

/** A package that was built, and not packed. */
beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  clone = await mkdtemp(join(cache, 'clone-'));
  const own = join(root, 'packages/observability');
  await cp(join(own, 'package.json'), join(clone, 'package.json'));
  // Another test may pack meanwhile, and make these anew.
  const filter = (path: string) => !/\b(?:generators|commonjs)$/.test(path);
  await cp(join(own, 'dist'), join(clone, 'dist'), { recursive: true, filter });
});
afterAll(() => rm(clone, { recursive: true }));

describe('the program of a clone', () => {
  it.each([
    ['assets', ['monitoring']],
    ['dist/generators/alerts.js', ['rules'], 'alerts'],
    ['dist/generators/dashboards.js', ['publish'], 'dashboards'],
  ])('says that %s is missing, and how to make it', async (missing, args, command = 'assets') => {
    const said = run(process.execPath, [join(clone, 'dist/cli.js'), command, ...args], { cwd: clone });
    await expect(said).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `pmcp-observability: expected ${join(clone, missing)}, which is made when the package is packed; in a clone run npm run build:package, elsewhere install @pmcp/observability again (PMCP_E_NOT_PACKED)\n`,
    });
  });
});
