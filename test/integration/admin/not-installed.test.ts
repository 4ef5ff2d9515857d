import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Everything that is installed with the toolkit by itself. */
const INSTALLED = ['pino', 'prom-client', '@opentelemetry/api'];
const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

const PROGRAM = `
import { createObservability } from '@pmcp/observability';
const lines = [];
const { listen, shutdown, logger } = createObservability({
  metrics: { port: 0, runtime: false, ...JSON.parse(process.env.METRICS) },
  shutdown: { onSigterm: false },
  log: { destination: { write: (line) => void lines.push(line) } },
});
const address = await listen();
const asked = [];
for (const query of address ? process.env.QUERIES.split(' ') : []) {
  const headers = { authorization: 'Bearer secret' };
  const response = await fetch('http://127.0.0.1:' + address.port + '/debug/pprof/profile?' + query, { headers });
  asked.push([response.status, (await response.text()).slice(0, 300)]);
}
process.stdout.write(JSON.stringify({ isOpen: address !== undefined, asked, lines: lines.map((line) => JSON.parse(line).msg) }));
process.exit(0);
`;

/** The folder of an application without optional packages. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pmcp-peers-'));
  const put = (name: string) => join(folder, 'node_modules', name);
  await mkdir(put('@opentelemetry'), { recursive: true });
  for (const name of INSTALLED) await symlink(join(ROOT, 'node_modules', name), put(name));
  for (const part of ['package.json', 'dist'])
    await cp(join(ROOT, 'packages/observability', part), join(put('@pmcp/observability'), part), {
      recursive: true,
    });
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
  await writeFile(join(folder, 'token'), 'secret\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(metrics: object, queries = '') {
  const env = { PATH: process.env.PATH, METRICS: JSON.stringify(metrics), QUERIES: queries };
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, env });
  return JSON.parse(stdout) as { isOpen: boolean; asked: [number, string][]; lines: string[] };
}

async function install(name: string): Promise<void> {
  const path = join(folder, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(ROOT, 'node_modules', name), path);
}

describe('an application without optional packages', () => {
  it('keeps the port closed with a web configuration, and logs what to install, until it is installed', async () => {
    const webConfigFile = join(folder, 'web.yml');
    await writeFile(webConfigFile, `basic_auth_users:\n  alice: ${HASH}\n`);
    expect(await run({ webConfigFile })).toMatchObject({
      isOpen: false,
      lines: [expect.stringMatching(/web\.yml: expected the package yaml .*; npm install yaml/)],
    });
    await install('yaml');
    expect(await run({ webConfigFile })).toMatchObject({
      isOpen: false,
      lines: [
        expect.stringMatching(
          /web\.yml: expected the package bcryptjs .*bcrypt hashes.*npm install bcryptjs/,
        ),
      ],
    });
    await install('bcryptjs');
    expect(await run({ webConfigFile })).toMatchObject({ isOpen: true });
  });

  it('refuses a pprof profile at once and says what to install, and takes one for Chrome', async () => {
    const metrics = { profiling: true, auth: { tokenFile: join(folder, 'token') } };
    const { asked } = await run(metrics, 'seconds=30 seconds=0.1&format=cpuprofile');
    expect(asked).toEqual([
      [
        501,
        expect.stringMatching(/package pprof-format.*npm install pprof-format, or ask for format=cpuprofile/),
      ],
      [200, expect.stringMatching(/^\{"nodes":/)],
    ]);
  });
});
