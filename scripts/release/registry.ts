import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../free-port.js';
import { run } from './run.js';

/** The registry only has the packages that we publish to it, and asks no other registry. */
const CONFIG = `
storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
uplinks: {}
packages:
  '@pmcp/*': { access: $all, publish: $all }
log: { type: stdout, format: pretty, level: http }
`;

/** One of Verdaccio's packages needs a tag of `node-fetch` that some mirrors do not have. */
const OVERRIDES = { 'node-fetch': '^2.7.0' };

export interface Registry {
  readonly url: string;
  /** The npm configuration to publish to it, and to install our packages from it. */
  readonly npmrc: string;
  end(): Promise<void>;
}

/** Starts a Verdaccio on a free port of loopback, in a new folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: OVERRIDES }));
  await writeFile(join(folder, 'config.yaml'), CONFIG);
  await run('npm', ['install', '--no-audit', '--no-fund', 'verdaccio@6'], folder);
  const port = await freePort();
  const program = join(folder, 'node_modules/verdaccio/bin/verdaccio');
  const args = [program, '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await listening(child);
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    npmrc: `@pmcp:registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\n`,
    async end() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

async function listening(
  child: ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> },
): Promise<void> {
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('http address')) break;
  child.stdout.resume();
  if (child.exitCode !== null)
    throw new Error(`Expected Verdaccio to listen, but it ended with ${child.exitCode}`);
}
