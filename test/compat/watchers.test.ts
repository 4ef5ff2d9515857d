import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { until } from '../support/until.js';
import { Project } from './project.js';
import { Served } from './served.js';
import { visit } from './shopper.js';

const RELOADS = 3;

interface Watcher {
  readonly title: string;
  readonly command: readonly string[];
  /** The file that a developer changes. */
  readonly file: string;
}

const watchers: readonly Watcher[] = [
  { title: 'node --watch', command: ['node', '--watch', 'http.mjs'], file: 'http.mjs' },
  { title: 'tsx watch', command: ['tsx', 'watch', 'http.mjs'], file: 'http.mjs' },
  { title: 'nest start --watch', command: ['nest', 'start', '--watch'], file: 'src/main.ts' },
  {
    title: 'pm2-runtime --watch',
    command: ['pm2-runtime', 'start', 'watched.config.cjs'],
    file: 'http.mjs',
  },
];

/** It compiles the files in `src`; the server is the same as in other rows. */
const NEST: Readonly<Record<string, string>> = {
  'nest-cli.json': JSON.stringify({ sourceRoot: 'src' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'node16', target: 'es2022', outDir: 'dist', rootDir: 'src', types: [] },
    include: ['src'],
  }),
  'src/main.ts': "const server: string = '../http.mjs';\nvoid import(server);\n",
  'watched.config.cjs':
    "module.exports = { apps: [{ name: 'shop', script: 'http.mjs', watch: ['http.mjs'] }] };",
};

let project: Project;
let served: Served | undefined;
beforeAll(async () => {
  project = await Project.create();
  await project.copy('test/compat/servers', '.');
  for (const [file, text] of Object.entries(NEST)) await project.write(file, text);
  const tools = ['tsx@latest', '@nestjs/cli@latest', '@nestjs/common@latest', '@nestjs/core@latest'];
  const others = ['pm2@latest', 'typescript@5', 'rxjs', 'reflect-metadata'];
  await project.install([...tools, ...others, 'node@24', '@modelcontextprotocol/sdk@1', 'zod@4']);
});
afterAll(() => project.remove());
afterEach(() => served?.stop());

interface Announced {
  readonly labels: { readonly pid: string };
}

/** Returns the processes that announce themselves to Prometheus in this folder. */
async function announced(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  const texts = await Promise.all(
    files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '[]')),
  );
  return texts.flatMap((text) => (JSON.parse(text) as Announced[]).map(({ labels }) => labels.pid));
}

describe('a server that is restarted after each change, by', () => {
  it.each(watchers)(
    '$title, does not hang, and leaves no old process behind',
    async ({ title, command, file }) => {
      const folder = join(project.folder, 'announced', title.replaceAll(/\W/g, ''));
      await mkdir(folder, { recursive: true });
      const port = await freePort();
      served = await Served.start(project.folder, command, port, 'observe', {
        PMCP_METRICS_FILE_SD_DIR: folder,
      });
      const server = served;
      const seen = new Set<string>();
      for (let reload = 0; reload <= RELOADS; reload++) {
        await until(async () => (await announced(folder)).some((pid) => !seen.has(pid)), 60_000);
        const pids = await announced(folder);
        expect(pids).toHaveLength(1);
        seen.add(pids[0]!);
        await until(() =>
          visit(new URL(`http://127.0.0.1:${port}/mcp`), '2025').then(
            () => true,
            () => false,
          ),
        );
        await until(async () => (await server.scrape().catch(() => undefined))?.get(ADDED) === 2);
        if (reload < RELOADS)
          await project.write(file, `${await readFile(join(project.folder, file), 'utf8')}// changed\n`);
      }
      const old = [...seen].slice(0, -1);
      await until(async () => !(await Promise.all(old.map(isAlive))).includes(true));
      expect(await isAlive([...seen].at(-1)!)).toBe(true);
    },
  );
});

const ADDED = 'pmcp_requests_total{method="tools/call",name="add",outcome="ok"}';

/** Returns whether a process lives. A zombie does not. */
async function isAlive(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^Z/.test(stat.slice(stat.lastIndexOf(')') + 2));
}
