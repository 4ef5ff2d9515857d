import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectSignals } from '../support/bundled.js';
import { Project } from './project.js';

const REPOSITORY = join(import.meta.dirname, '../..');
const OTHERS = ['@modelcontextprotocol/sdk@1.32', 'zod@4'];
/** A warning about our packages or their dependencies. */
const WARNING = /^.*(?:warn|YN0002|YN0060|YN0086).*(?:@pmcp|opentelemetry|peer).*$/gim;

interface Way {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly install: (ours: readonly string[]) => readonly string[];
  /** Arguments for Node. */
  readonly args?: readonly string[];
  /** The reason if it is installed with a warning. */
  readonly warns?: string;
}

function yarnArguments(ours: readonly string[]): string[] {
  const [observability = '', otlp = ''] = [...ours].sort();
  const named = [`@pmcp/observability@file:${observability}`, `@pmcp/otlp@file:${otlp}`];
  // Yarn does not install peer dependencies by itself.
  return [...named, ...OTHERS, '@opentelemetry/api'];
}

const yarn = (ours: readonly string[]) => [
  ...['npx', '--yes', '@yarnpkg/cli-dist@4', 'add'],
  ...yarnArguments(ours),
];

const ways: readonly Way[] = [
  { title: 'npm', install: (ours) => ['npm', 'install', '--no-audit', '--no-fund', ...ours, ...OTHERS] },
  {
    title: 'npm without optional packages',
    install: (ours) => ['npm', 'install', '--omit=optional', ...ours, ...OTHERS],
  },
  {
    title: 'npm, beside the newest OpenTelemetry API',
    install: (ours) => ['npm', 'install', ...ours, ...OTHERS, '@opentelemetry/api@1.10'],
    warns: 'OpenTelemetry 2.x, which runs on Node 20, wants an API below 1.10 as its peer',
  },
  { title: 'pnpm', install: (ours) => ['npx', '--yes', 'pnpm@10', 'add', ...ours, ...OTHERS] },
  {
    title: 'yarn classic',
    install: (ours) => ['npx', '--yes', 'yarn@1', 'add', ...yarnArguments(ours)],
  },
  {
    title: 'yarn with node_modules',
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n', 'yarn.lock': '' },
    install: yarn,
  },
  {
    title: "yarn with Plug'n'Play",
    files: { 'yarn.lock': '' },
    install: yarn,
    args: ['--require', './.pnp.cjs', '--loader', './.pnp.loader.mjs'],
  },
];

let tarballs: Project;
let project: Project | undefined;
beforeAll(async () => {
  tarballs = await Project.create();
});
afterAll(() => tarballs.remove());
afterEach(() => project?.remove());

describe('installed by', () => {
  it.each(ways)(
    '$title, the package causes no warning, except where noted, and exports all three signals',
    async (way) => {
      const ours = await tarballs.packed();
      const made = await Project.create();
      project = made;
      for (const [file, text] of Object.entries(way.files ?? {})) await made.write(file, text);
      await made.copy('test/fixtures/one-line-server.mjs', 'server.mjs');
      const [command = '', ...args] = way.install(ours);
      const said = await made.run(command, args, { npm_config_engine_strict: 'false' });
      if (way.warns === undefined) expect(said.match(WARNING)).toBeNull();
      const inside = (way.args ?? []).map((arg) => (arg.startsWith('./') ? join(made.folder, arg) : arg));
      await expectSignals([...inside, join(made.folder, 'server.mjs')]);
    },
  );
});

interface Weight {
  readonly packages: number;
  readonly megabytes: number;
}

/** Returns the documented sizes of the package for metrics, health and logs, and of what OTLP adds. */
async function stated(document: string): Promise<[Weight, Weight]> {
  const text = await readFile(join(REPOSITORY, document), 'utf8');
  const weights = [...text.matchAll(/(\d+) (?:more )?packages and (\d+) MB/g)];
  const [ours, more] = weights.map((match) => match.slice(1).map(Number));
  return [weight(ours), weight(more)];
}

function weight([packages = 0, megabytes = 0]: readonly number[] = []): Weight {
  return { packages, megabytes };
}

/** Returns the size on disk. */
async function installed(made: Project, packages: readonly string[]): Promise<Weight> {
  const disk = await made.run('du', ['-sm', 'node_modules']);
  return { packages: packages.length, megabytes: Number.parseInt(disk, 10) };
}

async function listed(made: Project): Promise<string[]> {
  return (await made.run('npm', ['ls', '--all', '--parseable'])).trim().split('\n').slice(1);
}

describe('a fresh install', () => {
  it('for metrics, health and logs is small, contains no gRPC, and brings what is documented', async () => {
    const [observability = '', otlp = ''] = [...(await tarballs.packed())].sort();
    const made = await Project.create();
    project = made;
    await made.run('npm', ['install', '--no-audit', '--no-fund', observability]);
    const packages = await listed(made);
    expect(packages.filter((path) => /grpc|protobuf|sdk-trace/.test(path))).toEqual([]);
    const [ours, more] = await stated('docs/servers.md');
    const light = await installed(made, packages);
    expect(light.packages).toBe(ours.packages);
    expect(light.megabytes).toBeLessThanOrEqual(ours.megabytes);
    await made.run('npm', ['install', '--no-audit', '--no-fund', otlp]);
    const full = await installed(made, await listed(made));
    expect(full.packages).toBe(ours.packages + more.packages);
    expect(full.megabytes).toBeLessThanOrEqual(ours.megabytes + more.megabytes);
  });
});
