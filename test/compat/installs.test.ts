import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectSignals } from '../support/bundled.js';
import { Project } from './project.js';

const OTHERS = ['@modelcontextprotocol/sdk@1.32', 'zod@4'];
/** A warning about us, or about what we brought. */
const WARNING = /^.*(?:warn|YN0002|YN0060|YN0086).*(?:@pmcp|opentelemetry|peer).*$/gim;

interface Way {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly install: (ours: readonly string[]) => readonly string[];
  /** Arguments for Node. */
  readonly args?: readonly string[];
  /** Why it does not come without a warning. */
  readonly warns?: string;
}

function yarnArguments(ours: readonly string[]): string[] {
  const [observability = '', otlp = ''] = [...ours].sort();
  const named = [`@pmcp/observability@file:${observability}`, `@pmcp/otlp@file:${otlp}`];
  // Yarn installs no peers by itself.
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
    '$title, it comes without a warning, if not said otherwise, and shows all three signals',
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

describe('a fresh install for metrics, health and logs', () => {
  it('is small, and knows nothing of gRPC', async () => {
    const [observability = ''] = [...(await tarballs.packed())].sort();
    project = await Project.create();
    await project.run('npm', ['install', '--no-audit', '--no-fund', observability]);
    const listed = await project.run('npm', ['ls', '--all', '--parseable']);
    const packages = listed.trim().split('\n').slice(1);
    expect(packages.length).toBeLessThanOrEqual(20);
    expect(packages.filter((path) => /grpc|protobuf|sdk-trace/.test(path))).toEqual([]);
  });
});
